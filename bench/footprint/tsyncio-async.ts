// Lowered before it runs, so its async functions are coroutines.
import { createTask, run, sleep } from "tsyncio";
import { weigh } from "#weigh";

const depth = Number(process.argv[2]);

async function down(n: number): Promise<void> {
  if (n > 1) await down(n - 1);
  else await sleep("1h");
}

async function start(n: number): Promise<unknown[]> {
  return Array.from({ length: n }, () => createTask(down(depth)));
}

async function settled(): Promise<void> {
  await sleep(1);
}

async function main(): Promise<void> {
  await weigh(start, settled);
}

await run(main());
