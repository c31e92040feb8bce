/** `whileConnected` on `node:http`, with clients that are bare sockets. */
import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { getEventListeners, once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import {
  type Coroutine,
  coroutine,
  currentTask,
  Event,
  Future,
  getRunningLoop,
  Queue,
  run,
  sleep,
  until,
} from "tsyncio";
import { whileConnected } from "tsyncio/http";
import { type Form, inBothForms } from "../support/forms.js";
import { RawClient, withHttp } from "../support/httpPeers.js";
import { collectReports } from "../support/reports.js";

const never = (): Future<never> => new Future<never>();

/** Waits for ever, and notes what becomes of it. */
function waiter(form: Form, log: string[], begun: Event): (...args: unknown[]) => Coroutine<void> {
  return form.fn("waiter", function* () {
    try {
      begun.set();
      yield* form.wait(never());
      log.push("went on");
    } catch {
      log.push("caught");
    } finally {
      yield* form.wait(sleep(1));
      log.push("cleaned up");
    }
  });
}

describe("A client that goes away", () => {
  inBothForms(
    "before the headers: the body is unwound, its clean-up awaited, and the promise settles after it",
    async (form) => {
      const log: string[] = [];
      const begun = new Event();
      const ended = new Future<unknown>();
      const body = waiter(form, log, begun);
      const serve = async (response: ServerResponse): Promise<void> => {
        const value = await whileConnected(response, body);
        log.push("settled");
        ended.setResult(value);
      };
      await withHttp(
        (_request, response) => void serve(response),
        function* (port) {
          const client = new RawClient(port).get("/");
          yield* begun.wait();
          client.leave();
          assert.equal(yield* ended, undefined);
        },
      );
      assert.deepEqual(log, ["cleaned up", "settled"]);
    },
  );

  inBothForms("in the middle of the answer: the same", async (form) => {
    const log: string[] = [];
    const ended = new Event();
    const body = form.fn("stream", function* (response: ServerResponse) {
      try {
        for (let n = 0; ; n++) {
          response.write(`line ${n}\n`);
          yield* form.wait(sleep(1));
        }
      } finally {
        log.push("cleaned up");
        ended.set();
      }
    });
    await withHttp(
      (_request, response) => void whileConnected(response, () => body(response)),
      function* (port) {
        const client = new RawClient(port).get("/");
        yield* until(client.got("line 2"));
        client.leave();
        yield* ended.wait();
      },
    );
    assert.deepEqual(log, ["cleaned up"]);
  });

  inBothForms("while it uploads: a loop over the request is left, and the upload with it", async (form) => {
    const log: string[] = [];
    const ended = new Event();
    const begun = new Event();
    const body = form.fn("upload", function* (request: IncomingMessage) {
      const chunks = request[Symbol.asyncIterator]();
      try {
        for (;;) {
          const { done } = yield* form.wait(chunks.next() as Promise<IteratorResult<Buffer>>);
          if (done) break;
          begun.set();
        }
        log.push("whole");
      } catch (error) {
        log.push(`caught ${error}`);
      } finally {
        log.push("cleaned up");
        ended.set();
      }
    });
    await withHttp(
      (request, response) => void whileConnected(response, () => body(request)),
      function* (port) {
        const client = new RawClient(port);
        client.socket.write("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf");
        yield* begun.wait();
        client.leave();
        yield* ended.wait();
      },
    );
    assert.deepEqual(log, ["cleaned up"]);
  });

  test("before the body was to begin: it never begins", async () => {
    const ended = new Future<unknown>();
    const serve = async (response: ServerResponse, client: RawClient): Promise<void> => {
      client.leave();
      await once(response, "close");
      ended.setResult(await whileConnected(response, () => assert.fail("it has begun")));
    };
    let client!: RawClient;
    await withHttp(
      (_request, response) => void serve(response, client),
      function* (port) {
        client = new RawClient(port).get("/");
        assert.equal(yield* ended, undefined);
      },
    );
  });

  test("after the whole answer: what the body has left to do is done", async () => {
    const left = new Event();
    const done = new Future<unknown>();
    const body = coroutine(function* (response: ServerResponse) {
      response.end("thanks\n");
      yield* left.wait();
      return "filed";
    });
    const serve = async (response: ServerResponse): Promise<void> => {
      response.req.socket.on("close", () => left.set());
      done.setResult(await whileConnected(response, () => body(response)));
    };
    await withHttp(
      (_request, response) => void serve(response),
      function* (port) {
        const client = new RawClient(port).get("/");
        yield* until(client.got("thanks"));
        client.leave();
        assert.equal(yield* done, "filed");
      },
    );
  });

  test("whose handler waits for a native promise: the handler goes on at once", async () => {
    const ended = new Future<unknown>();
    const begun = new Event();
    const native = async (): Promise<void> => {
      begun.set();
      await new Promise(() => {});
    };
    await withHttp(
      (_request, response) => void whileConnected(response, native).then(() => ended.setResult("settled")),
      function* (port) {
        const client = new RawClient(port).get("/");
        yield* begun.wait();
        client.leave();
        assert.equal(yield* ended, "settled");
      },
    );
  });
});

describe("A body that fails", () => {
  test("whose promise is taken: the error is the taker's, and the response untouched", async () => {
    const error = new Error("broken");
    const body = coroutine(function* () {
      yield* sleep(0);
      throw error;
    });
    const caught = new Future<unknown[]>();
    const serve = (response: ServerResponse): unknown =>
      whileConnected(response, body).catch((reason) => {
        caught.setResult([reason, response.headersSent, response.statusCode]);
        response.end();
      });
    await withHttp(
      (_request, response) => void serve(response),
      function* (port) {
        const reports = collectReports();
        const client = new RawClient(port).get("/");
        assert.deepEqual(yield* caught, [error, false, 200]);
        yield* until(client.got("200 OK"));
        client.leave();
        assert.deepEqual(reports, []);
      },
    );
  });

  for (const [name, body] of [
    [
      "at once",
      () => {
        throw new Error("broken");
      },
    ],
    [
      "later",
      coroutine(function* () {
        yield* sleep(1);
        throw new Error("broken");
      }),
    ],
  ] as [string, () => unknown][]) {
    test(`${name}, and nobody takes the promise: it is reported, and the client gets a 500 without the headers that were meant for another answer`, async () => {
      const serve = (response: ServerResponse): void => {
        response.setHeader("content-length", 5);
        response.setHeader("x-secret", "yes");
        void whileConnected(response, body);
      };
      await withHttp(
        (_request, response) => serve(response),
        function* (port) {
          const reports = collectReports();
          const client = new RawClient(port).get("/path");
          yield* until(client.got("Internal Server Error\n"));
          assert.match(client.text, /^HTTP\/1\.1 500 Internal Server Error\r\n/);
          assert.doesNotMatch(client.text, /x-secret/);
          // The connection is fit for another request.
          yield* until(client.get("/again").got("Internal Server Error\n", 2));
          client.leave();
          assert.deepEqual(
            reports.map(({ message, exception, task }) => [
              message,
              String(exception),
              (task as { name: string }).name,
            ]),
            ["/path", "/again"].map((path) => ["Unhandled exception in a handler", "Error: broken", `GET ${path}`]),
          );
        },
      );
    });
  }

  test("after it has begun to answer, and nobody takes the promise: the connection is cut, so that half an answer is not taken for a whole one", async () => {
    const body = coroutine(function* (response: ServerResponse) {
      response.write("half");
      yield* sleep(1);
      throw new Error("broken");
    });
    await withHttp(
      (_request, response) => void whileConnected(response, () => body(response)),
      function* (port) {
        const reports = collectReports();
        const client = new RawClient(port).get("/");
        yield* until(client.closed());
        assert.match(client.text, /half/);
        assert.doesNotMatch(client.text, /\r\n0\r\n/);
        assert.deepEqual(
          reports.map(({ message }) => message),
          ["Unhandled exception in a handler"],
        );
      },
    );
  });

  test("after it has answered: it is reported, and the answer stays", async () => {
    const ended = new Event();
    const body = coroutine(function* (response: ServerResponse) {
      response.end("fine.");
      yield* sleep(1);
      ended.set();
      throw new Error("broken");
    });
    await withHttp(
      (_request, response) => void whileConnected(response, () => body(response)),
      function* (port) {
        const reported = new Future<string>();
        getRunningLoop().setExceptionHandler((_loop, { exception }) => reported.setResult(String(exception)));
        const client = new RawClient(port).get("/");
        yield* until(client.got("fine."));
        assert.equal(yield* reported, "Error: broken");
        assert.equal(client.socket.closed, false);
        client.leave();
      },
    );
  });

  test("in its clean-up, after the client has gone: the error is kept", async () => {
    const begun = new Event();
    const body = coroutine(function* () {
      try {
        begun.set();
        yield* never();
      } finally {
        yield* sleep(0);
        // biome-ignore lint/correctness/noUnsafeFinally: what this test is about
        throw new Error("cannot clean up");
      }
    });
    await withHttp(
      (_request, response) => void whileConnected(response, body),
      function* (port) {
        const reported = new Future<string>();
        getRunningLoop().setExceptionHandler((_loop, { exception }) => reported.setResult(String(exception)));
        const client = new RawClient(port).get("/");
        yield* begun.wait();
        client.leave();
        assert.equal(yield* reported, "Error: cannot clean up");
      },
    );
  });
});

describe("The task of a body", () => {
  for (const [client, expected] of [
    ["that stays gives a CancelledError", "CancelledError"],
    ["that leaves meanwhile interrupts no clean-up, and gives no error", undefined],
  ] as const)
    test(`belongs to the run that is on, which cancels it at its end; a client ${client}`, async (t) => {
      const log: unknown[] = [];
      const begun = new Event();
      let client!: RawClient;
      const body = coroutine(function* (response: ServerResponse) {
        try {
          log.push(currentTask()?.name);
          begun.set();
          yield* never();
        } finally {
          yield* sleep(1);
          if (expected === undefined) {
            client.leave();
            yield* until(once(response, "close"));
          }
          log.push("cleaned up");
        }
      });
      const serve = (response: ServerResponse): unknown =>
        whileConnected(response, () => body(response)).then(
          (value) => log.push(value),
          (error) => log.push(error.name) && response.end(),
        );
      const server = createServer((_request, response) => void serve(response)).listen(0, "127.0.0.1");
      t.after(() => server.close());
      await once(server, "listening");
      client = new RawClient((server.address() as AddressInfo).port).get("/path");
      await run(() => begun.wait());
      client.leave();
      assert.deepEqual(log, ["GET /path", "cleaned up", expected]);
    });

  test("is in the store of AsyncLocalStorage in which the handler was called", async () => {
    const requests = new AsyncLocalStorage<string>();
    const seen = new Queue<unknown>();
    const body = coroutine(function* () {
      const before = requests.getStore();
      yield* sleep(1);
      seen.putNowait([before, requests.getStore()]);
    });
    await withHttp(
      (request, response) => requests.run(request.url ?? "", () => whileConnected(response, body)),
      function* (port) {
        const client = new RawClient(port).get("/a");
        const other = new RawClient(port).get("/b");
        const both = [yield* seen.get(), yield* seen.get()];
        assert.deepEqual(both.sort(), [
          ["/a", "/a"],
          ["/b", "/b"],
        ]);
        client.leave();
        other.leave();
      },
    );
  });

  test("belongs to no run where none is on, and is cancelled all the same", async () => {
    const controller = new AbortController();
    const log: string[] = [];
    const begun = new Event();
    const body = coroutine(function* () {
      try {
        begun.set();
        yield* never();
      } finally {
        yield* sleep(1);
        log.push("cleaned up");
      }
    });
    const answer = whileConnected(controller.signal, body);
    await begun.wait();
    controller.abort();
    await answer;
    assert.deepEqual(log, ["cleaned up"]);
  });
});

describe("A Request, or its signal", () => {
  const signals = (): [string, AbortController, AbortSignal | Request][] => {
    const [one, two] = [new AbortController(), new AbortController()];
    return [
      ["signal", one, one.signal],
      ["request", two, new Request("http://localhost/path", { signal: two.signal })],
    ];
  };

  for (const [name, controller, client] of signals()) {
    test(`${name}: when it aborts, the body is unwound, and a response stands in for the answer that nobody reads`, async () => {
      const log: string[] = [];
      const begun = new Event();
      const body = coroutine(function* () {
        try {
          begun.set();
          return yield* never();
        } finally {
          yield* sleep(1);
          log.push("cleaned up");
        }
      });
      const answer = whileConnected(client, body);
      await begun.wait();
      controller.abort();
      const response = await answer;
      assert.ok(response instanceof Response);
      assert.deepEqual([response.status, log], [499, ["cleaned up"]]);
      const late = await whileConnected(client, () => assert.fail("it has begun"));
      assert.equal((late as Response).status, 499);
    });
  }

  test("that aborts before the task has begun: the body never begins", async () => {
    const controller = new AbortController();
    const answer = whileConnected(controller.signal, () => assert.fail("it has begun"));
    controller.abort();
    assert.equal(((await answer) as Response).status, 499);
  });

  test("gives what the body gives, and leaves no listener", async () => {
    const { signal } = new AbortController();
    for (let n = 0; n < 50; n++) assert.equal(await whileConnected(signal, () => n), n);
    await assert.rejects(
      whileConnected(signal, () => Promise.reject(new Error("broken"))),
      /^Error: broken$/,
    );
    assert.equal(getEventListeners(signal, "abort").length, 0);
  });

  test("gives a native promise: some servers look for nothing else", () => {
    const { signal } = new AbortController();
    const answer = whileConnected(signal, () => sleep(0));
    assert.ok(answer instanceof Promise);
    assert.equal(answer.then().constructor, Promise);
  });
});

describe("What is no client", () => {
  const cases: [string, unknown, unknown, RegExp][] = [
    ["nothing", undefined, () => 1, /^TypeError: whileConnected takes a response of node:http .*, not undefined$/],
    ["a plain object", {}, () => 1, /^TypeError: whileConnected takes a response .*, not \[object Object\]$/],
    ["a reply of Fastify itself", { raw: {} }, () => 1, /Fastify: reply\.raw/],
    [
      "no function",
      AbortSignal.abort(),
      42,
      /^TypeError: whileConnected takes a function that returns what to await, not 42$/,
    ],
  ];
  for (const [name, client, body, message] of cases)
    test(`${name}: an error at once`, () => {
      assert.throws(() => whileConnected(client as AbortSignal, body as () => void), message);
    });
});
