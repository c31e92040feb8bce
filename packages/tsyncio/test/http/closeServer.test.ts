/** `closeServer`: what is idle, under way, too slow, and not the server's any more. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { describe, test } from "node:test";
import { coroutine, createTask, Event, Future, run, sleep, until, withTimeout } from "tsyncio";
import { closeServer, type ServerLike, whileConnected } from "tsyncio/http";
import { RawClient, withHttp } from "../support/httpPeers.js";

describe("closeServer", () => {
  test("closes connections that are idle at once, and accepts no others", () =>
    withHttp(
      (_request, response) => response.end("answer."),
      function* (port, server) {
        const idle = new RawClient(port).get("/");
        yield* until(idle.got("answer."));
        yield* withTimeout("5m", () => closeServer(server, { grace: "1h" }));
        yield* until(idle.closed());
        const [error] = (yield* until(once(connect(port, "127.0.0.1"), "error"))) as [NodeJS.ErrnoException];
        assert.deepEqual([error.code, server.listening], ["ECONNREFUSED", false]);
      },
    ));

  test("lets a request that is under way have its answer, and closes its connection then, although that was to be kept alive", async () => {
    const begun = new Event();
    const ready = new Event();
    const body = coroutine(function* (response: ServerResponse) {
      begun.set();
      yield* ready.wait();
      response.end("answer.");
    });
    await withHttp(
      (_request, response) => void whileConnected(response, () => body(response)),
      function* (port, server) {
        const client = new RawClient(port).get("/");
        yield* begun.wait();
        const closing = createTask(closeServer(server, { grace: "1h" }));
        yield* sleep(30);
        assert.deepEqual([closing.done(), client.socket.closed], [false, false]);
        ready.set();
        yield* withTimeout("5m", () => closing);
        assert.match(client.text, /answer\./);
        yield* until(client.closed());
      },
    );
  });

  test("cuts off after the time of grace what is still under way, which cancels its body, and waits for its clean-up", async () => {
    const log: string[] = [];
    const begun = new Event();
    const body = coroutine(function* () {
      try {
        begun.set();
        yield* new Future();
      } finally {
        yield* sleep(20);
        log.push("cleaned up");
      }
    });
    await withHttp(
      (_request, response) => void whileConnected(response, body),
      function* (port, server) {
        const client = new RawClient(port).get("/");
        yield* begun.wait();
        yield* closeServer(server, { grace: 30 });
        log.push("closed");
        yield* until(client.closed());
      },
    );
    assert.deepEqual(log, ["cleaned up", "closed"]);
  });

  test("that is cancelled cuts off at once", async () => {
    const begun = new Event();
    await withHttp(
      () => begun.set(),
      function* (port, server) {
        const client = new RawClient(port).get("/");
        yield* begun.wait();
        const closing = createTask(closeServer(server, { grace: "1h" }));
        yield* sleep(0);
        closing.cancel();
        yield* until(client.closed());
        assert.equal(closing.cancelled(), true);
      },
    );
  });

  test("is done at once where the server does not listen", () => run(closeServer(createServer())));

  test("gives what the server says", async () => {
    const server: ServerLike = { close: (callback) => setImmediate(callback, new Error("stuck")) };
    await assert.rejects(run(closeServer(server)), /^Error: stuck$/);
  });

  test("names connections that were upgraded, which the server does not close", async () => {
    const upgraded = new Event();
    await withHttp(
      () => {},
      function* (port, server) {
        server.on("upgrade", (_request, socket) => {
          socket.on("end", () => socket.end());
          upgraded.set();
        });
        const client = new RawClient(port);
        client.socket.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: own\r\n\r\n");
        yield* upgraded.wait();
        let message = "";
        try {
          yield* closeServer(server, { grace: 0 });
        } catch (error) {
          ({ message } = error as Error);
        }
        client.leave();
        assert.equal(message, "1 connections were upgraded and are still open: close the WebSocketServer first");
      },
    );
  });

  test("says what it takes", () => {
    assert.throws(
      () => closeServer(undefined as unknown as ServerLike),
      /^TypeError: closeServer takes a server, which has close\(\), not undefined$/,
    );
    assert.throws(
      () => closeServer(createServer(), { grace: "soon" as "1s" }),
      /^TypeError: a duration is .*, not "soon"$/,
    );
  });
});
