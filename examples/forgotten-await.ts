/**
 * A coroutine that nobody awaits never runs, and is reported with the line that made it.
 * `npx tsyncio run examples/forgotten-await.ts` prints
 *
 *     the order is complete
 *     coroutine 'sendMail' was never awaited
 *         made at …/examples/forgotten-await.ts:18:3
 *         …and what to write instead
 */
import { run, sleep } from "tsyncio";

async function sendMail(to: string): Promise<void> {
  await sleep(100);
  console.log(`mail sent to ${to}`);
}

async function main(): Promise<void> {
  sendMail("ada@example.org");
  console.log("the order is complete");
}

await run(main());
