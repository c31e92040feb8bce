// tsyncio in the form of the language: this file is lowered before it runs, so its async functions are coroutines.
import { createTask, gather as gatherAll, getRunningLoop, run, sleep, withTimeout } from "tsyncio";

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
export const depth10: Scenario = (n) => run(goDown(n));
export const depth100: Scenario = (n) => run(goDownAndWait(n));
export const spawn: Scenario = (n) => run(spawnAndJoin(n));
export const gather: Scenario = (n) => run(gatherMany(n));
export const sleepers: Scenario = (n) => run(sleepAll(n));
export const cancel: Scenario = (n) => run(cancelAll(n));
export const timeout: Scenario = (n) => run(limitEach(n));
export const promise: Scenario = (n) => run(awaitPromise(n));
