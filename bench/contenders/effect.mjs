// Effect 4, in its generator style.
import { Deferred, Effect, Fiber } from "effect";

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

export const promise = entry(function* (n) {
  const done = Promise.resolve(1);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* Effect.promise(() => done);
  return sum;
});
