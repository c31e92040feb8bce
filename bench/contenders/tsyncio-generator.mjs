// tsyncio in the form that needs no build step.
import { coroutine, createTask, gather as gatherAll, getRunningLoop, run, sleep, until, withTimeout } from "tsyncio";

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

export const promise = entry(function* (n) {
  const done = Promise.resolve(1);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* until(done);
  return sum;
});
