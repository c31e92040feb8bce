/** WebSockets of `ws`: messages one after another, and the ways in which they end. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { describe, test } from "node:test";
import { type Coroutine, coroutine, Event, Future, Queue, run, sleep, until, withTimeout } from "tsyncio";
import { closeServer, whileConnected } from "tsyncio/http";
import { events } from "tsyncio/interop";
import { WebSocket, WebSocketServer } from "ws";
import { type Form, inBothForms } from "../support/forms.js";
import { collectReports } from "../support/reports.js";

type Messages = ReturnType<typeof events<[Buffer, boolean]>>;

/** Runs a body beside a server that gives each connection to a handler. */
function withServer(
  handler: (socket: WebSocket, messages: Messages) => unknown,
  body: (url: string, server: WebSocketServer) => Generator<unknown, void, any>,
): Promise<void> {
  return run(
    coroutine(function* () {
      const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
      server.on("connection", (socket) => {
        const messages = events<[Buffer, boolean]>(socket, "message");
        void whileConnected(socket, () => handler(socket, messages));
      });
      yield* until(once(server, "listening"));
      try {
        yield* coroutine(body)(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, server);
      } finally {
        yield* closeServer(server, { grace: 0 });
      }
    }),
  );
}

const opened: (url: string) => Coroutine<WebSocket> = coroutine(function* (url: string) {
  const socket = new WebSocket(url);
  yield* until(once(socket, "open"));
  return socket;
});

/** Notes each message, and how it ends. */
function listener({ fn, wait }: Form, log: Queue<string>): (socket: WebSocket, messages: Messages) => unknown {
  return fn("listener", function* (_socket: WebSocket, messages: Messages) {
    try {
      for (;;) {
        const { done, value } = yield* wait(messages.next());
        if (done) break;
        log.putNowait(String(value[0]));
      }
      log.putNowait("went on");
    } catch (error) {
      log.putNowait(`caught ${(error as Error).message}`);
    } finally {
      yield* wait(sleep(1));
      log.putNowait("cleaned up");
    }
  });
}

describe("A WebSocket", () => {
  inBothForms("gives its messages in their order; closing it cancels the body, with its clean-up", async (form) => {
    const log = new Queue<string>();
    await withServer(listener(form, log), function* (url) {
      const socket = yield* opened(url);
      for (const text of ["one", "two", "three"]) socket.send(text);
      assert.deepEqual([yield* log.get(), yield* log.get(), yield* log.get()], ["one", "two", "three"]);
      socket.close();
      assert.equal(yield* log.get(), "cleaned up");
    });
  });

  inBothForms("that is lost without a word cancels the body as well", async (form) => {
    const log = new Queue<string>();
    await withServer(listener(form, log), function* (url) {
      const socket = yield* opened(url);
      socket.terminate();
      assert.equal(yield* log.get(), "cleaned up");
    });
  });

  test("loses no message that comes together with the handshake", async () => {
    const log = new Queue<string>();
    const body = coroutine(function* (_socket: WebSocket, messages: Messages) {
      const { value } = yield* messages.next();
      log.putNowait(String(value?.[0]));
    });
    await withServer(body, function* (url) {
      const socket = connect(Number(new URL(url).port), "127.0.0.1");
      const head = [
        "GET / HTTP/1.1",
        "Host: x",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
      ];
      const frame = Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69]);
      const key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
      socket.write(Buffer.concat([Buffer.from([...head, key, "", ""].join("\r\n")), frame]));
      assert.equal(yield* log.get(), "hi");
      socket.destroy();
    });
  });

  test("whose peer breaks the protocol is closed; the body is cancelled, or gets the error where it waits for messages, and the server lives on", async () => {
    const ended = new Queue<string>();
    const begun = new Event();
    const body = coroutine(function* (_socket: WebSocket, messages: Messages) {
      messages.return().close();
      messages[Symbol.dispose]();
      try {
        begun.set();
        yield* new Future();
      } finally {
        ended.putNowait("cleaned up");
      }
    });
    await withServer(body, function* (url) {
      const socket = yield* opened(url);
      yield* begun.wait();
      // Not masked, as a client's must be.
      (socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(Buffer.from([0x81, 0x01, 0x41]));
      assert.equal(yield* ended.get(), "cleaned up");
      const other = yield* opened(url);
      other.terminate();
    });
  });

  test("whose body fails is closed with 1011, and the error is reported", async () => {
    const body = coroutine(function* () {
      yield* sleep(1);
      throw new Error("broken");
    });
    await withServer(body, function* (url) {
      const reports = collectReports();
      const socket = yield* opened(url);
      const [code] = (yield* until(once(socket, "close"))) as [number];
      assert.equal(code, 1011);
      assert.deepEqual(
        reports.map(({ message, exception }) => [message, String(exception)]),
        [["Unhandled exception in a handler", "Error: broken"]],
      );
    });
  });

  test("keeps no listener of a body that has ended", async () => {
    const ended = new Future<number[]>();
    const count = (socket: WebSocket): number[] =>
      ["close", "error", "message"].map((name) => socket.listenerCount(name));
    await run(
      coroutine(function* () {
        const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
        const serve = async (socket: WebSocket): Promise<void> => {
          const before = count(socket);
          for (let n = 0; n < 20; n++) await whileConnected(socket, () => sleep(0));
          ended.setResult([...before, ...count(socket)]);
        };
        server.on("connection", (socket) => void serve(socket));
        yield* until(once(server, "listening"));
        const socket = yield* opened(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
        const [close, error, message, ...after] = yield* ended;
        assert.deepEqual(after, [close, error, message]);
        socket.terminate();
        yield* closeServer(server, { grace: 0 });
      }),
    );
  });

  test("is told that the server goes away, and cut off after the time of grace where it does not listen", async () => {
    const log = new Queue<string>();
    const body = coroutine(function* () {
      try {
        yield* new Future();
      } finally {
        log.putNowait("cleaned up");
      }
    });
    await withServer(body, function* (url, server) {
      const polite = yield* opened(url);
      const deaf = yield* opened(url);
      deaf.pause();
      const farewell = until(once(polite, "close")) as Coroutine<[number]>;
      yield* withTimeout("5m", () => closeServer(server, { grace: 50 }));
      assert.equal((yield* farewell)[0], 1001);
      assert.deepEqual([yield* log.get(), yield* log.get()], ["cleaned up", "cleaned up"]);
      deaf.terminate();
    });
  });

  test("on a server of the program: both are closed one after the other", () =>
    run(
      coroutine(function* () {
        const http = createServer((_request, response) => response.end("answer.")).listen(0, "127.0.0.1");
        yield* until(once(http, "listening"));
        const server = new WebSocketServer({ server: http });
        server.on("connection", (socket) => void whileConnected(socket, () => new Future()));
        const socket = yield* opened(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
        const farewell = until(once(socket, "close"));
        yield* closeServer(server, { grace: "1h" });
        yield* closeServer(http, { grace: "1h" });
        yield* farewell;
      }),
    ));
});
