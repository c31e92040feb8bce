/**
 * A coroutine pauses at `await`, and gives a value back. `npx tsyncio run examples/coroutine.ts` prints
 *
 *     hello
 *     world        (a second later)
 *     run gave 42
 */
import { run, sleep } from "tsyncio";

async function main(): Promise<number> {
  console.log("hello");
  await sleep("1s");
  console.log("world");
  return 42;
}

const value = await run(main());
console.log(`run gave ${value}`);
