// tsyncio in the form that needs no build step.
import {
  coroutine,
  createTask,
  gather as gatherAll,
  getRunningLoop,
  Lock,
  Queue,
  run,
  Semaphore,
  sleep,
  until,
  withTimeout,
} from "tsyncio";

const entry = (body) => {
  const main = coroutine(body);
  return (n) => run(main(n));
};

const yieldTimes = coroutine(function* (n) {
  let turns = 0;
  while (turns < n) {
    yield* sleep(0);
    turns++;
  }
  return turns;
});

export const switch1 = (n) => run(yieldTimes(n));

export const switch1k = entry(function* (n) {
  const meter = { last: -1, turns: 0 };
  yield* gatherAll(Array.from({ length: 1000 }, (_, id) => takeTurns(meter, id, n / 1000)));
  return meter.turns;
});

const takeTurns = coroutine(function* (meter, id, rounds) {
  for (let round = 0; round < rounds; round++) {
    if (meter.last !== id) meter.turns++;
    meter.last = id;
    yield* sleep(0);
  }
});

export const switchDeep = (n) => run(turnsAt(10, n));

const turnsAt = coroutine(function* (depth, n) {
  return depth === 1 ? yield* yieldTimes(n) : yield* turnsAt(depth - 1, n);
});

export const ready = entry(function* (n) {
  const done = getRunningLoop().createFuture();
  done.setResult(1);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* done;
  return sum;
});

export const leaf = entry(function* (n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* one();
  return sum;
});

export const depth10 = entry(function* (n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* down(10);
  return sum;
});

const down = coroutine(function* (depth) {
  return depth === 1 ? 1 : (yield* down(depth - 1)) + 1;
});

export const depth100 = entry(function* (n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* downAndWait(100);
  return sum;
});

const downAndWait = coroutine(function* (depth) {
  if (depth > 1) return (yield* downAndWait(depth - 1)) + 1;
  yield* sleep(0);
  return 1;
});

export const spawn = entry(function* (n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* createTask(one());
  return sum;
});

const one = coroutine(function* () {
  return 1;
});

export const gather = entry(function* (n) {
  const results = yield* gatherAll(Array.from({ length: n }, (_, i) => itself(i)));
  return results.reduce((sum, result) => sum + result, 0);
});

const itself = coroutine(function* (value) {
  return value;
});

export const sleepers = entry(function* (n) {
  const results = yield* gatherAll(Array.from({ length: n }, () => sleeper()));
  return results.reduce((sum, result) => sum + result, 0);
});

const sleeper = coroutine(function* () {
  yield* sleep(1000);
  return 1;
});

export const cancel = entry(function* (n) {
  const meter = { started: 0, cleaned: 0 };
  const tasks = Array.from({ length: n }, () => createTask(blocked(meter)));
  yield* sleep(0);
  for (const task of tasks) task.cancel();
  yield* gatherAll(tasks, { returnExceptions: true });
  return meter.started + meter.cleaned;
});

const blocked = coroutine(function* (meter) {
  meter.started++;
  try {
    yield* getRunningLoop().createFuture();
  } finally {
    meter.cleaned++;
  }
});

export const timeout = entry(function* (n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* withTimeout(10_000, one);
  return sum;
});

export const timeoutLoop = entry(function* (n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* withTimeout(10_000, oneLater);
  return sum;
});

const oneLater = coroutine(function* () {
  yield* sleep(0);
  return 1;
});

export const timers = entry(function* (n) {
  const loop = getRunningLoop();
  const done = loop.createFuture();
  let fired = 0;
  const handles = Array.from({ length: n }, (_, i) =>
    loop.callLater(1 + (i % 50), () => {
      if (++fired === n / 10) done.setResult(fired);
    }),
  );
  for (let i = 0; i < n; i++) if (i % 10 > 0) handles[i].cancel();
  return yield* done;
});

export const queue1x1 = (n) => run(throughQueue(1, n));
export const queue4x4 = (n) => run(throughQueue(4, n));

const throughQueue = coroutine(function* (pairs, n) {
  const queue = new Queue(100);
  for (let id = 0; id < pairs; id++) createTask(produce(queue, id, n, pairs));
  const sums = yield* gatherAll(Array.from({ length: pairs }, () => consume(queue, n / pairs)));
  return sums.reduce((sum, part) => sum + part, 0);
});

const produce = coroutine(function* (queue, from, to, step) {
  for (let i = from; i < to; i += step) yield* queue.put(i);
});

const consume = coroutine(function* (queue, count) {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += yield* queue.get();
  return sum;
});

export const lock = (n) => run(contend(1, new Lock(), n));
export const semaphore = (n) => run(contend(10, new Semaphore(10), n));

const contend = coroutine(function* (permits, limiter, n) {
  const meter = { inside: 0, most: 0, turns: 0 };
  yield* gatherAll(Array.from({ length: 1000 }, () => takePermits(limiter, meter, n / 1000)));
  return meter.most === permits ? meter.turns : -1;
});

const takePermits = coroutine(function* (limiter, meter, rounds) {
  for (let round = 0; round < rounds; round++) {
    yield* limiter.acquire();
    try {
      meter.most = Math.max(meter.most, ++meter.inside);
      yield* sleep(0);
      meter.turns++;
      meter.inside--;
    } finally {
      limiter.release();
    }
  }
});

export const promise = entry(function* (n) {
  const done = Promise.resolve(1);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* until(done);
  return sum;
});
