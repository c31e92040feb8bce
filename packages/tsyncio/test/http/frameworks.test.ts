/** The frameworks, each by its own means: what they do with a body that answers, fails, or loses its client. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { describe, test } from "node:test";
import { serve } from "@hono/node-server";
import express, { type Request as ExpressRequest, type Response as ExpressResponse, type NextFunction } from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { type Coroutine, coroutine, createTask, Event, Future, Queue, run, sleep, until } from "tsyncio";
import { closeServer, type ServerLike, whileConnected } from "tsyncio/http";
import { type Form, forms } from "../support/forms.js";
import { RawClient } from "../support/httpPeers.js";

/** What the routes of each application do. */
interface Routes {
  answer(): Coroutine<string>;
  hang(): Coroutine<string>;
  fail(): Coroutine<string>;
  /** Drops without end, and what becomes of them. */
  drops(): AsyncIterable<string>;
}

/** An application that is open. `errors` are those that its error handler was given. */
interface Opened {
  readonly server: ServerLike;
  readonly port: number;
  readonly errors: string[];
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function openHono(app: Hono, routes: Routes): Promise<Opened> {
  const errors: string[] = [];
  for (const name of ["answer", "hang", "fail"] as const)
    app.get(`/${name}`, (c) =>
      whileConnected(
        c.req.raw,
        coroutine(function* () {
          return c.text(yield* routes[name]());
        }),
      ),
    );
  app.get("/drops", () => new Response(Readable.toWeb(Readable.from(routes.drops())) as ReadableStream));
  app.onError((error, c) => {
    errors.push(error.message);
    return c.text(error.message, 500);
  });
  const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }) as Server;
  await once(server, "listening");
  return { server, port: portOf(server), errors };
}

const applications: Record<string, (routes: Routes) => Promise<Opened>> = {
  async Express(routes) {
    const errors: string[] = [];
    const app = express();
    const send = (path: string, body: () => Coroutine<string>): void => {
      app.get(path, (_request, response) =>
        whileConnected(
          response,
          coroutine(function* () {
            response.send(yield* body());
          }),
        ),
      );
    };
    send("/answer", routes.answer);
    send("/hang", routes.hang);
    send("/fail", routes.fail);
    app.get("/drops", (_request, response) => {
      const source = Readable.from(routes.drops());
      response.on("close", () => source.destroy());
      source.pipe(response);
    });
    app.use((error: Error, _request: ExpressRequest, response: ExpressResponse, _next: NextFunction) => {
      errors.push(error.message);
      response.sendStatus(500);
    });
    const server = app.listen(0, "127.0.0.1");
    await once(server, "listening");
    return { server, port: portOf(server), errors };
  },

  async Fastify(routes) {
    const errors: string[] = [];
    const app = fastify({ logger: { level: "error", stream: { write: (line: string) => errors.push(line) } } });
    for (const name of ["answer", "hang", "fail"] as const)
      app.get(`/${name}`, (_request, reply) => whileConnected(reply.raw, routes[name]));
    app.get("/drops", (_request, reply) => reply.send(Readable.from(routes.drops())));
    app.setErrorHandler((error: Error, _request, reply) => {
      errors.push(error.message);
      reply.status(500).send(error.message);
    });
    await app.listen({ port: 0, host: "127.0.0.1" });
    return { server: app, port: portOf(app.server), errors };
  },

  Hono: (routes) => openHono(new Hono(), routes),

  "Hono with middleware"(routes) {
    const app = new Hono();
    app.use(async (c, next) => {
      await next();
      c.header("x-seen", "yes");
    });
    return openHono(app, routes);
  },
};

class Kitchen implements Routes {
  readonly begun = new Event();
  readonly log = new Queue<string>();
  readonly #form: Form;

  constructor(form: Form) {
    this.#form = form;
  }

  readonly answer = (): Coroutine<string> => {
    const { fn, wait } = this.#form;
    return fn("answer", function* () {
      yield* wait(sleep(1));
      return "the answer.";
    })();
  };

  readonly hang = (): Coroutine<string> => {
    const { begun, log } = this;
    const { fn, wait } = this.#form;
    return fn("hang", function* () {
      try {
        begun.set();
        return (yield* wait(new Future<string>())) as string;
      } catch {
        return "caught";
      } finally {
        yield* wait(sleep(1));
        log.putNowait("cleaned up");
      }
    })();
  };

  readonly fail = (): Coroutine<string> => {
    const { fn, wait } = this.#form;
    return fn("fail", function* (): Generator<unknown, string> {
      yield* wait(sleep(1));
      throw new Error("broken");
    })();
  };

  async *drops(): AsyncGenerator<string> {
    try {
      for (;;) {
        yield "drop ".repeat(1000);
        await sleep(1);
      }
    } finally {
      this.log.putNowait("dried up");
    }
  }
}

for (const [name, open] of Object.entries(applications)) {
  describe(name, () => {
    for (const form of forms) {
      const check = (
        sentence: string,
        body: (kitchen: Kitchen, opened: Opened) => Generator<unknown, void, any>,
      ): void => {
        test(`${sentence} (${form.name} form)`, () =>
          run(
            coroutine(function* () {
              const kitchen = new Kitchen(form);
              const opened = yield* until(open(kitchen));
              try {
                yield* coroutine(body)(kitchen, opened);
              } finally {
                yield* closeServer(opened.server, { grace: "1s" });
              }
            }),
          ));
      };

      check("answers with what the body gives", function* (_kitchen, { port, errors }) {
        const client = new RawClient(port).get("/answer");
        yield* until(client.got("the answer."));
        assert.match(client.text, /^HTTP\/1\.1 200 OK/);
        // The connection is kept for the next one.
        yield* until(client.get("/answer").got("the answer.", 2));
        client.leave();
        assert.deepEqual(errors, []);
      });

      check(
        "a client that goes away cancels the body, and is no error of the application",
        function* (kitchen, { port, errors }) {
          const client = new RawClient(port).get("/hang");
          yield* kitchen.begun.wait();
          client.leave();
          assert.equal(yield* kitchen.log.get(), "cleaned up");
          // What the framework makes of it, it has made by then.
          const other = new RawClient(port).get("/answer");
          yield* until(other.got("the answer."));
          other.leave();
          assert.deepEqual(errors, []);
        },
      );

      check(
        "what the body throws is answered by the framework's error handler",
        function* (_kitchen, { port, errors }) {
          const client = new RawClient(port).get("/fail");
          yield* until(client.got("500 Internal Server Error"));
          client.leave();
          assert.deepEqual(errors, ["broken"]);
        },
      );

      check(
        "closing it cuts off what is under way after the time of grace, and its clean-up runs",
        function* (kitchen, { port, server }) {
          const client = new RawClient(port).get("/hang");
          yield* kitchen.begun.wait();
          const closing = createTask(closeServer(server, { grace: 30 }));
          yield* closing;
          assert.equal(yield* kitchen.log.get(), "cleaned up");
          yield* until(client.closed());
        },
      );
    }

    test("a stream that is its answer is ended when the client goes away", () =>
      run(
        coroutine(function* () {
          const kitchen = new Kitchen(forms[0]!);
          const { port, server, errors } = yield* until(open(kitchen));
          const client = new RawClient(port).get("/drops");
          yield* until(client.got("drop"));
          client.leave();
          assert.equal(yield* kitchen.log.get(), "dried up");
          yield* closeServer(server, { grace: "1s" });
          assert.deepEqual(errors, []);
        }),
      ));
  });
}
