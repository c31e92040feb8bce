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

export const promise = ready;
