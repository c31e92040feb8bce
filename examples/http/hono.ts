/**
 * Hono, on Node. Its handlers are coroutines, and cancelled where the client goes away; what they throw goes to its error handler.
 *
 *     server: brews green tea
 *     client: a cup of green tea
 *     server: brews black tea
 *     client: leaves
 *     server: pours the black tea away
 *     server: no coffee here
 *     client: status 404
 */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { type Duration, run, until } from "tsyncio";
import { closeServer, whileConnected } from "tsyncio/http";
import { brew, open } from "./teahouse.ts";

async function tea(c: Context): Promise<Response> {
  return c.text(await brew(c.req.query("kind") ?? "green", c.req.query("time") as Duration));
}

async function coffee(): Promise<Response> {
  throw new Error("no coffee here");
}

const app = new Hono();
app.get("/tea", (c) => whileConnected(c.req.raw, () => tea(c)));
app.get("/coffee", (c) => whileConnected(c.req.raw, coffee));
app.onError((error, c) => {
  console.log(`server: ${error.message}`);
  return c.text(error.message, 404);
});

async function main(): Promise<void> {
  const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" });
  await until((signal) => once(server, "listening", { signal }));
  try {
    await open(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    await closeServer(server, { grace: "1s" });
  }
}
await run(main());
