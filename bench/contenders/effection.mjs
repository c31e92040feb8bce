// Effection 4. It has no operation that only yields: an action that resolves at once is the nearest and the cheapest.
import { action, all, race, run, sleep, spawn as spawnTask, suspend, until, withResolvers } from "effection";

const entry = (body) => (n) => run(() => body(n));
const yielded = action((resolve) => {
  resolve();
  return () => {};
});

function* yieldTimes(n) {
  let turns = 0;
  while (turns < n) {
    yield* yielded;
    turns++;
  }
  return turns;
}

export const switch1 = entry(yieldTimes);

export const switch1k = entry(function* (n) {
  const meter = { last: -1, turns: 0 };
  yield* all(Array.from({ length: 1000 }, (_, id) => takeTurns(meter, id, n / 1000)));
  return meter.turns;
});

function* takeTurns(meter, id, rounds) {
  for (let round = 0; round < rounds; round++) {
    if (meter.last !== id) meter.turns++;
    meter.last = id;
    yield* yielded;
  }
}

export const switchDeep = entry(function* (n) {
  return yield* turnsAt(10, n);
});

function* turnsAt(depth, n) {
  return depth === 1 ? yield* yieldTimes(n) : yield* turnsAt(depth - 1, n);
}

export const ready = entry(function* (n) {
  const done = withResolvers();
  done.resolve(1);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* done.operation;
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

function* down(depth) {
  return depth === 1 ? 1 : (yield* down(depth - 1)) + 1;
}

export const depth100 = entry(function* (n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* downAndWait(100);
  return sum;
});

function* downAndWait(depth) {
  if (depth > 1) return (yield* downAndWait(depth - 1)) + 1;
  yield* yielded;
  return 1;
}

export const spawn = entry(function* (n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* yield* spawnTask(one);
  return sum;
});

function* one() {
  return 1;
}

export const gather = entry(function* (n) {
  const results = yield* all(Array.from({ length: n }, (_, i) => itself(i)));
  return results.reduce((sum, result) => sum + result, 0);
});

function* itself(value) {
  return value;
}

export const sleepers = entry(function* (n) {
  const results = yield* all(Array.from({ length: n }, sleeper));
  return results.reduce((sum, result) => sum + result, 0);
});

function* sleeper() {
  yield* sleep(1000);
  return 1;
}

export const cancel = entry(function* (n) {
  const meter = { started: 0, cleaned: 0 };
  const tasks = [];
  for (let i = 0; i < n; i++) tasks.push(yield* spawnTask(() => blocked(meter)));
  yield* until(Promise.resolve()); // a parent goes before its children until it really waits
  for (const task of tasks) yield* task.halt();
  return meter.started + meter.cleaned;
});

function* blocked(meter) {
  meter.started++;
  try {
    yield* suspend();
  } finally {
    meter.cleaned++;
  }
}

export const timeout = entry(function* (n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* race([one(), late()]);
  return sum;
});

function* late() {
  yield* sleep(10_000);
  throw new Error("timed out");
}

export const timeoutLoop = entry(function* (n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* race([oneLater(), late()]);
  return sum;
});

function* oneLater() {
  yield* yielded;
  return 1;
}

export const timers = entry(function* (n) {
  const done = withResolvers();
  let fired = 0;
  const tasks = [];
  for (let i = 0; i < n; i++) {
    tasks.push(
      yield* spawnTask(function* () {
        yield* sleep(1 + (i % 50));
        if (++fired === n / 10) done.resolve(fired);
      }),
    );
  }
  yield* until(Promise.resolve()); // a parent goes before its children until it really waits
  for (let i = 0; i < n; i++) if (i % 10 > 0) yield* tasks[i].halt();
  return yield* done.operation;
});

export const promise = entry(function* (n) {
  const done = Promise.resolve(1);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* until(done);
  return sum;
});
