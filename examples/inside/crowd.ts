/**
 * Ten thousand tasks: visitors who look around, and ask for one of twenty tables. `tsyncio ps PID` and `tsyncio top PID` look inside.
 */
import { run, Semaphore, sleep, withTaskGroup } from "tsyncio";

const tables = new Semaphore(20);

async function visitor(number: number): Promise<void> {
  for (;;) {
    await lookAround(number);
    await tables.with(() => dine(number));
  }
}

async function lookAround(number: number): Promise<void> {
  await sleep(1000 + (number % 100) * 300);
}

async function dine(number: number): Promise<void> {
  await sleep(50 + (number % 7) * 10);
}

async function main(): Promise<void> {
  console.log(`${process.pid}: 10000 visitors`);
  await withTaskGroup(async (group) => {
    for (let number = 0; number < 10_000; number++) group.createTask(visitor(number), { name: `visitor ${number}` });
  });
}

await run(main());
