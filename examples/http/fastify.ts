/**
 * Fastify. Its handlers are coroutines, and cancelled where the client goes away; what they throw goes to its error handler.
 *
 *     server: brews green tea
 *     client: a cup of green tea
 *     server: brews black tea
 *     client: leaves
 *     server: pours the black tea away
 *     server: no coffee here
 *     client: status 404
 */
import fastify, { type FastifyRequest } from "fastify";
import { type Duration, run } from "tsyncio";
import { closeServer, whileConnected } from "tsyncio/http";
import { brew, open } from "./teahouse.ts";

async function tea(request: FastifyRequest): Promise<string> {
  const { kind, time } = request.query as { kind: string; time: Duration };
  return await brew(kind, time);
}

async function coffee(): Promise<never> {
  throw new Error("no coffee here");
}

const app = fastify();
app.get("/tea", (request, reply) => whileConnected(reply.raw, () => tea(request)));
app.get("/coffee", (_request, reply) => whileConnected(reply.raw, coffee));
app.setErrorHandler<Error>((error, _request, reply) => {
  console.log(`server: ${error.message}`);
  reply.status(404).send(error.message);
});

async function main(): Promise<void> {
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  try {
    await open(url);
  } finally {
    await closeServer(app, { grace: "1s" });
  }
}
await run(main());
