/**
 * Coroutines that were made and that nobody awaits, in a program that goes on for long. `tsyncio ps PID` tells where they were made.
 */
import { run, sleep } from "tsyncio";

async function audit(order: number): Promise<void> {
  await sleep(10);
  console.log(`order ${order} is in the books`);
}

async function main(): Promise<void> {
  const audits = [42, 43].map((order) => audit(order));
  await sleep(10);
  console.log(`${process.pid}: ${audits.length} orders`);
  await sleep("1h");
  console.log(`${audits.length} audits are done`);
}

await run(main());
