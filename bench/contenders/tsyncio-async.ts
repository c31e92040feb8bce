// tsyncio in the form of the language: this file is lowered before it runs, so its async functions are coroutines.
import {
  createTask,
  gather as gatherAll,
  getRunningLoop,
  Lock,
  Queue,
  run,
  Semaphore,
  sleep,
  withTimeout,
} from "tsyncio";

interface Meter {
  started: number;
  cleaned: number;
}

interface Turns {
  last: number;
  turns: number;
}

async function yieldTimes(n: number): Promise<number> {
  let turns = 0;
  while (turns < n) {
    await sleep(0);
    turns++;
  }
  return turns;
}

async function allTakeTurns(n: number): Promise<number> {
  const meter = { last: -1, turns: 0 };
  await gatherAll(Array.from({ length: 1000 }, (_, id) => takeTurns(meter, id, n / 1000)));
  return meter.turns;
}

async function takeTurns(meter: Turns, id: number, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    if (meter.last !== id) meter.turns++;
    meter.last = id;
    await sleep(0);
  }
}

async function turnsAt(depth: number, n: number): Promise<number> {
  return depth === 1 ? await yieldTimes(n) : await turnsAt(depth - 1, n);
}

async function awaitDone(n: number): Promise<number> {
  const done = getRunningLoop().createFuture<number>();
  done.setResult(1);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += await done;
  return sum;
}

async function callLeaf(n: number): Promise<number> {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += await one();
  return sum;
}

async function goDown(n: number): Promise<number> {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += await down(10);
  return sum;
}

async function down(depth: number): Promise<number> {
  return depth === 1 ? 1 : (await down(depth - 1)) + 1;
}

async function goDownAndWait(n: number): Promise<number> {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += await downAndWait(100);
  return sum;
}

async function downAndWait(depth: number): Promise<number> {
  if (depth > 1) return (await downAndWait(depth - 1)) + 1;
  await sleep(0);
  return 1;
}

async function spawnAndJoin(n: number): Promise<number> {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += await createTask(one());
  return sum;
}

async function one(): Promise<number> {
  return 1;
}

async function gatherMany(n: number): Promise<number> {
  const results = await gatherAll(Array.from({ length: n }, (_, i) => itself(i)));
  return results.reduce((sum, result) => sum + result, 0);
}

async function itself(value: number): Promise<number> {
  return value;
}

async function sleepAll(n: number): Promise<number> {
  const results = await gatherAll(Array.from({ length: n }, () => sleeper()));
  return results.reduce((sum, result) => sum + result, 0);
}

async function sleeper(): Promise<number> {
  await sleep(1000);
  return 1;
}

async function cancelAll(n: number): Promise<number> {
  const meter = { started: 0, cleaned: 0 };
  const tasks = Array.from({ length: n }, () => createTask(blocked(meter)));
  await sleep(0);
  for (const task of tasks) task.cancel();
  await gatherAll(tasks, { returnExceptions: true });
  return meter.started + meter.cleaned;
}

async function blocked(meter: Meter): Promise<void> {
  meter.started++;
  try {
    await getRunningLoop().createFuture<void>();
  } finally {
    meter.cleaned++;
  }
}

async function limitEach(n: number): Promise<number> {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += await withTimeout(10_000, one);
  return sum;
}

async function limitEachWait(n: number): Promise<number> {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += await withTimeout(10_000, oneLater);
  return sum;
}

async function oneLater(): Promise<number> {
  await sleep(0);
  return 1;
}

async function setAndCancel(n: number): Promise<number> {
  const loop = getRunningLoop();
  const done = loop.createFuture<number>();
  let fired = 0;
  const handles = Array.from({ length: n }, (_, i) =>
    loop.callLater(1 + (i % 50), () => {
      if (++fired === n / 10) done.setResult(fired);
    }),
  );
  for (let i = 0; i < n; i++) if (i % 10 > 0) handles[i]?.cancel();
  return await done;
}

async function throughQueue(pairs: number, n: number): Promise<number> {
  const queue = new Queue<number>(100);
  for (let id = 0; id < pairs; id++) createTask(produce(queue, id, n, pairs));
  const sums = await gatherAll(Array.from({ length: pairs }, () => consume(queue, n / pairs)));
  return sums.reduce((sum, part) => sum + part, 0);
}

async function produce(queue: Queue<number>, from: number, to: number, step: number): Promise<void> {
  for (let i = from; i < to; i += step) await queue.put(i);
}

async function consume(queue: Queue<number>, count: number): Promise<number> {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += await queue.get();
  return sum;
}

interface Contended {
  inside: number;
  most: number;
  turns: number;
}

async function contend(permits: number, limiter: Lock | Semaphore, n: number): Promise<number> {
  const meter = { inside: 0, most: 0, turns: 0 };
  await gatherAll(Array.from({ length: 1000 }, () => takePermits(limiter, meter, n / 1000)));
  return meter.most === permits ? meter.turns : -1;
}

async function takePermits(limiter: Lock | Semaphore, meter: Contended, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    await limiter.acquire();
    try {
      meter.most = Math.max(meter.most, ++meter.inside);
      await sleep(0);
      meter.turns++;
      meter.inside--;
    } finally {
      limiter.release();
    }
  }
}

async function awaitPromise(n: number): Promise<number> {
  const done = Promise.resolve(1);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += await done;
  return sum;
}

type Scenario = (n: number) => Promise<number>;
export const switch1: Scenario = (n) => run(yieldTimes(n));
export const switch1k: Scenario = (n) => run(allTakeTurns(n));
export const switchDeep: Scenario = (n) => run(turnsAt(10, n));
export const ready: Scenario = (n) => run(awaitDone(n));
export const leaf: Scenario = (n) => run(callLeaf(n));
export const depth10: Scenario = (n) => run(goDown(n));
export const depth100: Scenario = (n) => run(goDownAndWait(n));
export const spawn: Scenario = (n) => run(spawnAndJoin(n));
export const gather: Scenario = (n) => run(gatherMany(n));
export const sleepers: Scenario = (n) => run(sleepAll(n));
export const cancel: Scenario = (n) => run(cancelAll(n));
export const timeout: Scenario = (n) => run(limitEach(n));
export const timeoutLoop: Scenario = (n) => run(limitEachWait(n));
export const timers: Scenario = (n) => run(setAndCancel(n));
export const queue1x1: Scenario = (n) => run(throughQueue(1, n));
export const queue4x4: Scenario = (n) => run(throughQueue(4, n));
export const lock: Scenario = (n) => run(contend(1, new Lock(), n));
export const semaphore: Scenario = (n) => run(contend(10, new Semaphore(10), n));
export const promise: Scenario = (n) => run(awaitPromise(n));
