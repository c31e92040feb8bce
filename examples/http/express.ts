/**
 * Express. Its handlers are coroutines, and cancelled where the client goes away; what they throw goes to its error handlers.
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
import express, { type NextFunction, type Request, type Response } from "express";
import { type Duration, run, until } from "tsyncio";
import { closeServer, whileConnected } from "tsyncio/http";
import { brew, open } from "./teahouse.ts";

async function tea({ query }: Request, response: Response): Promise<void> {
  response.send(await brew(String(query["kind"]), query["time"] as Duration));
}

async function coffee(): Promise<void> {
  throw new Error("no coffee here");
}

const app = express();
app.get("/tea", (request, response) => whileConnected(response, () => tea(request, response)));
app.get("/coffee", (_request, response) => whileConnected(response, coffee));
app.use((error: Error, _request: Request, response: Response, _next: NextFunction) => {
  console.log(`server: ${error.message}`);
  response.sendStatus(404);
});

async function main(): Promise<void> {
  const server = app.listen(0, "127.0.0.1");
  await until((signal) => once(server, "listening", { signal }));
  try {
    await open(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    await closeServer(server, { grace: "1s" });
  }
}
await run(main());
