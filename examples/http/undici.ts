/**
 * undici: its own `request`, over a pool of connections that the program closes.
 *
 *     200 you are at /1
 *     drip drip
 *     server: the reader of /drops has left
 *     no end in sight
 *     server: the reader of /drops has left
 */
import { abortSignal, moveOnAfter, run } from "tsyncio";
import { Pool } from "undici";
import { startSite } from "./slowSite.ts";

async function read(pool: Pool, path: string): Promise<string> {
  const { statusCode, body } = await pool.request({ method: "GET", path, signal: abortSignal() });
  return `${statusCode} ${await body.text()}`;
}

/** Leaves in the middle of the body: `break` destroys the stream, and its connection. */
async function firstDrops(pool: Pool): Promise<string> {
  const { body } = await pool.request({ method: "GET", path: "/drops", signal: abortSignal() });
  let text = "";
  for await (const bytes of body) {
    text += bytes;
    if (text.length >= 9) break;
  }
  return text.slice(0, 9);
}

async function main(): Promise<void> {
  await using site = await startSite();
  const pool = new Pool(site.url, { connections: 2 });
  try {
    console.log(await read(pool, "/1"));
    console.log(await firstDrops(pool));
    console.log("server:", await site.left.get());
    console.log((await moveOnAfter("500ms", () => read(pool, "/drops"))) ?? "no end in sight");
    console.log("server:", await site.left.get());
  } finally {
    await pool.destroy();
  }
}
await run(main());
