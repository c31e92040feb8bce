/**
 * A server of node:http. Its handlers are coroutines, and cancelled where the client goes away.
 *
 *     server: brews green tea
 *     client: a cup of green tea
 *     server: brews black tea
 *     client: leaves
 *     server: pours the black tea away
 *     client: status 500
 *
 * What a handler throws is reported with its stack on the standard error stream, and answered with a 500.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Duration, run, until } from "tsyncio";
import { closeServer, whileConnected } from "tsyncio/http";
import { brew, open } from "./teahouse.ts";

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams: query } = new URL(request.url ?? "/", "http://localhost");
  if (pathname !== "/tea") throw new Error(`there is no ${pathname.slice(1)}`);
  response.end(await brew(query.get("kind") ?? "green", (query.get("time") ?? "10ms") as Duration));
}

async function main(): Promise<void> {
  const server = createServer((request, response) => void whileConnected(response, () => answer(request, response)));
  server.listen(0, "127.0.0.1");
  await until((signal) => once(server, "listening", { signal }));
  try {
    await open(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    await closeServer(server, { grace: "1s" });
  }
}
await run(main());
