/** What every folder beside this one runs, by its own tool; what it prints stands in the comments. */
import { createTask, gather, run, sleep } from "tsyncio";
import { download } from "./download.ts";

async function main(): Promise<void> {
  const pages = await gather(download("a", 100), download("b", 10)); // b has come; a has come
  console.log(pages); // both, in the order of the calls

  const task = createTask(download("c", 60_000));
  await sleep(10);
  task.cancel(); // c is cleaned up, and does not come
  await sleep(0);
  console.log(`c is cancelled: ${task.cancelled()}`);

  download("d", 10); // coroutine 'download' was never awaited, made at main.ts:16:3
}

await run(main());
