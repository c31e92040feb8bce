// Effect 4, in its generator style.
import { Deferred, Effect, Fiber, Queue, Semaphore } from "effect";

const entry = (body) => (n) => Effect.runPromise(Effect.gen(() => body(n)));

const yieldTimes = (n) =>
  Effect.gen(function* () {
    let turns = 0;
    while (turns < n) {
      yield* Effect.yieldNow;
      turns++;
    }
    return turns;
  });

export const switch1 = entry(function* (n) {
  return yield* yieldTimes(n);
});

export const switch1k = entry(function* (n) {
  const meter = { last: -1, turns: 0 };
  const tasks = Array.from({ length: 1000 }, (_, id) => takeTurns(meter, id, n / 1000));
  yield* Effect.all(tasks, { concurrency: "unbounded" });
  return meter.turns;
});

const takeTurns = (meter, id, rounds) =>
  Effect.gen(function* () {
    for (let round = 0; round < rounds; round++) {
      if (meter.last !== id) meter.turns++;
      meter.last = id;
      yield* Effect.yieldNow;
    }
  });

export const switchDeep = entry(function* (n) {
  return yield* turnsAt(10, n);
});

const turnsAt = (depth, n) =>
  Effect.gen(function* () {
    return depth === 1 ? yield* yieldTimes(n) : yield* turnsAt(depth - 1, n);
  });

export const ready = entry(function* (n) {
  const done = yield* Deferred.make();
  yield* Deferred.succeed(done, 1);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* Deferred.await(done);
  return sum;
});

export const leaf = entry(function* (n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* returned();
  return sum;
});

const returned = () =>
  Effect.gen(function* () {
    return 1;
  });

export const depth10 = entry(function* (n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* down(10);
  return sum;
});

const down = (depth) =>
  Effect.gen(function* () {
    return depth === 1 ? 1 : (yield* down(depth - 1)) + 1;
  });

export const depth100 = entry(function* (n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* downAndWait(100);
  return sum;
});

const downAndWait = (depth) =>
  Effect.gen(function* () {
    if (depth > 1) return (yield* downAndWait(depth - 1)) + 1;
    yield* Effect.yieldNow;
    return 1;
  });

export const spawn = entry(function* (n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* Fiber.join(yield* Effect.forkChild(one));
  return sum;
});

const one = Effect.sync(() => 1);

export const gather = entry(function* (n) {
  const results = yield* Effect.all(
    Array.from({ length: n }, (_, i) => itself(i)),
    { concurrency: "unbounded" },
  );
  return results.reduce((sum, result) => sum + result, 0);
});

const itself = (value) => Effect.sync(() => value);

export const sleepers = entry(function* (n) {
  const results = yield* Effect.all(Array.from({ length: n }, sleeper), { concurrency: "unbounded" });
  return results.reduce((sum, result) => sum + result, 0);
});

const sleeper = () =>
  Effect.gen(function* () {
    yield* Effect.sleep(1000);
    return 1;
  });

export const cancel = entry(function* (n) {
  const meter = { started: 0, cleaned: 0 };
  const fibers = [];
  for (let i = 0; i < n; i++) fibers.push(yield* Effect.forkChild(blocked(meter)));
  yield* Effect.yieldNow;
  yield* Fiber.interruptAll(fibers);
  return meter.started + meter.cleaned;
});

const blocked = (meter) =>
  Effect.suspend(() => {
    meter.started++;
    return Effect.never;
  }).pipe(
    Effect.ensuring(
      Effect.sync(() => {
        meter.cleaned++;
      }),
    ),
  );

export const timeout = entry(function* (n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* Effect.timeout(one, 10_000);
  return sum;
});

export const timeoutLoop = entry(function* (n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* Effect.timeout(oneLater, 10_000);
  return sum;
});

const oneLater = Effect.as(Effect.yieldNow, 1);

export const timers = entry(function* (n) {
  const done = yield* Deferred.make();
  let fired = 0;
  const fire = Effect.suspend(() => (++fired === n / 10 ? Deferred.succeed(done, fired) : Effect.void));
  const fibers = [];
  for (let i = 0; i < n; i++) fibers.push(yield* Effect.forkChild(Effect.delay(fire, 1 + (i % 50))));
  yield* Fiber.interruptAll(fibers.filter((_, i) => i % 10 > 0));
  return yield* Deferred.await(done);
});

export const queue1x1 = entry((n) => throughQueue(1, n));
export const queue4x4 = entry((n) => throughQueue(4, n));

function* throughQueue(pairs, n) {
  const queue = yield* Queue.bounded(100);
  for (let id = 0; id < pairs; id++) yield* Effect.forkChild(produce(queue, id, n, pairs));
  const sums = yield* Effect.all(
    Array.from({ length: pairs }, () => consume(queue, n / pairs)),
    { concurrency: "unbounded" },
  );
  return sums.reduce((sum, part) => sum + part, 0);
}

const produce = (queue, from, to, step) =>
  Effect.gen(function* () {
    for (let i = from; i < to; i += step) yield* Queue.offer(queue, i);
  });

const consume = (queue, count) =>
  Effect.gen(function* () {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += yield* Queue.take(queue);
    return sum;
  });

export const lock = entry((n) => contend(1, n));
export const semaphore = entry((n) => contend(10, n));

function* contend(permits, n) {
  const semaphore = yield* Semaphore.make(permits);
  const meter = { inside: 0, most: 0, turns: 0 };
  const held = Effect.gen(function* () {
    meter.most = Math.max(meter.most, ++meter.inside);
    yield* Effect.yieldNow;
    meter.turns++;
    meter.inside--;
  });
  const takePermits = Effect.gen(function* () {
    for (let round = 0; round < n / 1000; round++) yield* Semaphore.withPermit(semaphore, held);
  });
  yield* Effect.all(Array(1000).fill(takePermits), { concurrency: "unbounded" });
  return meter.most === permits ? meter.turns : -1;
}

export const promise = entry(function* (n) {
  const done = Promise.resolve(1);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* Effect.promise(() => done);
  return sum;
});
