// The language's own promises: the best plain code for each scenario, with what the language lacks built by hand.

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function switch1(n) {
  let turns = 0;
  while (turns < n) {
    await null;
    turns++;
  }
  return turns;
}

export async function switch1k(n) {
  const meter = { last: -1, turns: 0 };
  await Promise.all(Array.from({ length: 1000 }, (_, id) => takeTurns(meter, id, n / 1000)));
  return meter.turns;
}

async function takeTurns(meter, id, rounds) {
  for (let round = 0; round < rounds; round++) {
    if (meter.last !== id) meter.turns++;
    meter.last = id;
    await null;
  }
}

export async function switchDeep(n) {
  return await turnsAt(10, n);
}

async function turnsAt(depth, n) {
  return depth === 1 ? await switch1(n) : await turnsAt(depth - 1, n);
}

export async function ready(n) {
  const done = Promise.resolve(1);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += await done;
  return sum;
}

export async function leaf(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += await one();
  return sum;
}

export async function depth10(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += await down(10);
  return sum;
}

async function down(depth) {
  return depth === 1 ? 1 : (await down(depth - 1)) + 1;
}

export async function depth100(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += await downAndWait(100);
  return sum;
}

async function downAndWait(depth) {
  if (depth > 1) return (await downAndWait(depth - 1)) + 1;
  await null;
  return 1;
}

export async function spawn(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += await one();
  return sum;
}

async function one() {
  return 1;
}

export async function gather(n) {
  const results = await Promise.all(Array.from({ length: n }, (_, i) => itself(i)));
  return results.reduce((sum, result) => sum + result, 0);
}

async function itself(value) {
  return value;
}

export async function sleepers(n) {
  const results = await Promise.all(Array.from({ length: n }, sleeper));
  return results.reduce((sum, result) => sum + result, 0);
}

async function sleeper() {
  await sleep(1000);
  return 1;
}

export async function cancel(n) {
  const meter = { started: 0, cleaned: 0 };
  const controllers = Array.from({ length: n }, () => new AbortController());
  const tasks = controllers.map((controller) => blocked(controller.signal, meter));
  await null;
  for (const controller of controllers) controller.abort();
  await Promise.allSettled(tasks);
  return meter.started + meter.cleaned;
}

async function blocked(signal, meter) {
  meter.started++;
  try {
    await new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  } finally {
    meter.cleaned++;
  }
}

export async function timeout(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += await withTimeout(10_000, one);
  return sum;
}

async function withTimeout(ms, operation) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("timed out")), ms);
  });
  try {
    return await Promise.race([operation(), late]);
  } finally {
    clearTimeout(timer);
  }
}

export async function timeoutLoop(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += await withTimeout(10_000, oneLater);
  return sum;
}

async function oneLater() {
  await null;
  return 1;
}

export function timers(n) {
  return new Promise((resolve) => {
    let fired = 0;
    const handles = Array.from({ length: n }, (_, i) =>
      setTimeout(
        () => {
          if (++fired === n / 10) resolve(fired);
        },
        1 + (i % 50),
      ),
    );
    for (let i = 0; i < n; i++) if (i % 10 > 0) clearTimeout(handles[i]);
  });
}

/** First in, first out, also for those who wait. */
class Queue {
  #items = [];
  #getters = [];
  #putters = [];
  #maxSize;

  constructor(maxSize) {
    this.#maxSize = maxSize;
  }

  async put(item) {
    while (this.#items.length >= this.#maxSize) await new Promise((resolve) => this.#putters.push(resolve));
    this.#items.push(item);
    this.#getters.shift()?.();
  }

  async get() {
    while (this.#items.length === 0) await new Promise((resolve) => this.#getters.push(resolve));
    this.#putters.shift()?.();
    return this.#items.shift();
  }
}

export const queue1x1 = (n) => throughQueue(1, n);
export const queue4x4 = (n) => throughQueue(4, n);

async function throughQueue(pairs, n) {
  const queue = new Queue(100);
  for (let id = 0; id < pairs; id++) produce(queue, id, n, pairs);
  const sums = await Promise.all(Array.from({ length: pairs }, () => consume(queue, n / pairs)));
  return sums.reduce((sum, part) => sum + part, 0);
}

async function produce(queue, from, to, step) {
  for (let i = from; i < to; i += step) await queue.put(i);
}

async function consume(queue, count) {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += await queue.get();
  return sum;
}

/** Handed over in the order in which it was asked for. */
class Semaphore {
  #free;
  #waiting = [];

  constructor(permits) {
    this.#free = permits;
  }

  async acquire() {
    if (this.#free > 0) this.#free--;
    else await new Promise((resolve) => this.#waiting.push(resolve));
  }

  release() {
    if (this.#waiting.length > 0) this.#waiting.shift()();
    else this.#free++;
  }
}

export const lock = (n) => contend(1, n);
export const semaphore = (n) => contend(10, n);

async function contend(permits, n) {
  const semaphore = new Semaphore(permits);
  const meter = { inside: 0, most: 0, turns: 0 };
  await Promise.all(Array.from({ length: 1000 }, () => takePermits(semaphore, meter, n / 1000)));
  return meter.most === permits ? meter.turns : -1;
}

async function takePermits(semaphore, meter, rounds) {
  for (let round = 0; round < rounds; round++) {
    await semaphore.acquire();
    try {
      meter.most = Math.max(meter.most, ++meter.inside);
      await null;
      meter.turns++;
      meter.inside--;
    } finally {
      semaphore.release();
    }
  }
}

export const promise = ready;
