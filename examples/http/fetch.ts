/**
 * fetch. `abortSignal()` ties a request, and the reading of its body, to whatever is cancelled around it: the task, a time limit, a group.
 *
 *     [ 'you are at /1', 'you are at /2', 'you are at /3' ]
 *     no end in sight
 *     server: the reader of /drops has left
 *     drip drip
 *     server: the reader of /drops has left
 */
import { abortSignal, gather, run, TimeoutError, withTimeout } from "tsyncio";
import { startSite } from "./slowSite.ts";

async function read(url: string): Promise<string> {
  const response = await fetch(url, { signal: abortSignal() });
  return await response.text();
}

/** Leaves in the middle of the body: `break` cancels the stream. */
async function firstDrops(url: string): Promise<string> {
  const { body } = await fetch(url, { signal: abortSignal() });
  let text = "";
  for await (const bytes of body!) {
    text += new TextDecoder().decode(bytes);
    if (text.length >= 9) break;
  }
  return text.slice(0, 9);
}

async function main(): Promise<void> {
  await using site = await startSite();
  const pages = ["/1", "/2", "/3"].map((path) => read(site.url + path));
  console.log(await gather(pages, { concurrency: 2 }));
  try {
    await withTimeout("500ms", () => read(`${site.url}/drops`));
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    console.log("no end in sight");
  }
  console.log("server:", await site.left.get());
  console.log(await firstDrops(`${site.url}/drops`));
  console.log("server:", await site.left.get());
}
await run(main());
