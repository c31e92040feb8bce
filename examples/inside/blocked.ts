/**
 * A task that computes for hours and awaits nothing meanwhile, so that no other task goes on. `tsyncio ps PID` tells where it is. With the
 * argument 42 it computes for seconds.
 */
import { createTask, run, sleep } from "tsyncio";

function fibonacci(n: number): number {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

async function compute(): Promise<number> {
  await sleep(10);
  console.log(`${process.pid}: computes`);
  return fibonacci(Number(process.argv[2] ?? 60));
}

async function heartbeat(): Promise<void> {
  for (;;) await sleep("1s");
}

async function main(): Promise<void> {
  createTask(heartbeat(), { name: "heartbeat" });
  console.log(await createTask(compute(), { name: "compute" }));
}

await run(main());
