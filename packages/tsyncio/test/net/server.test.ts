import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import {
  ContextVar,
  coroutine,
  createTask,
  currentTask,
  Future,
  getRunningLoop,
  type Report,
  run,
  sleep,
} from "tsyncio";
import {
  openConnection,
  openUnixConnection,
  type Server,
  type StreamReader,
  type StreamWriter,
  startServer,
  startUnixServer,
} from "tsyncio/net";
import { inRun } from "../support/inRun.js";
import { outcome } from "../support/outcome.js";
import { closed } from "../support/peers.js";

/** Sends each line back. */
const echo = coroutine(function* (reader: StreamReader, writer: StreamWriter) {
  for (;;) {
    const line = yield* reader.readLine();
    if (line.length === 0) return;
    writer.write(line);
    yield* writer.drain();
  }
});

const dial = (server: Server) => openConnection("127.0.0.1", server.port);

function collected(): Report[] {
  const reports: Report[] = [];
  getRunningLoop().setExceptionHandler((_loop, report) => reports.push(report));
  return reports;
}

describe("startServer", () => {
  test(
    "gives each connection to a task of its own, and closes it when that has ended",
    inRun(function* () {
      const server = yield* startServer(echo, "127.0.0.1");
      const answers: string[] = [];
      for (const name of ["first", "second"]) {
        const [reader, writer] = yield* dial(server);
        writer.write(`${name}\n`);
        answers.push(String(yield* reader.readLine()));
        writer.writeEof();
        assert.equal((yield* reader.read()).length, 0);
        yield* writer[Symbol.asyncDispose]();
      }
      assert.deepEqual(answers, ["first\n", "second\n"]);
      yield* server[Symbol.asyncDispose]();
    }),
  );

  test(
    "a handler that fails is reported with its task, and its connection is closed",
    inRun(function* () {
      const reports = collected();
      const server = yield* startServer(
        coroutine(function* () {
          yield* sleep(0);
          throw new Error("bad request");
        }),
        "127.0.0.1",
      );
      const [reader, writer] = yield* dial(server);
      assert.equal((yield* reader.read()).length, 0);
      writer.close();
      yield* server[Symbol.asyncDispose]();
      assert.deepEqual(
        reports.map(({ message, exception, task }) => [message, String(exception), typeof task]),
        [["Unhandled exception in client_connected_cb", "Error: bad request", "object"]],
      );
    }),
  );

  for (const debug of [false, true]) {
    test(`a client that has gone away is ${debug ? "reported in debug mode" : "no failure of its handler"}`, async () => {
      const reports: Report[] = [];
      await run(
        coroutine(function* () {
          getRunningLoop().setExceptionHandler((_loop, report) => reports.push(report));
          const server = yield* startServer(echo, "127.0.0.1");
          const [reader, writer] = yield* dial(server);
          writer.write("x\n");
          yield* reader.readLine();
          (writer.stream as Socket).resetAndDestroy();
          server.close();
          yield* server.waitClosed();
        }),
        { debug },
      );
      assert.deepEqual(
        reports.map(({ exception }) => (exception as NodeJS.ErrnoException).code),
        debug ? ["ECONNRESET"] : [],
      );
    });
  }

  test(
    "a handler that is cancelled closes its connection quietly",
    inRun(function* () {
      const reports = collected();
      const started = new Future<{ cancel(): void }>();
      const server = yield* startServer(
        coroutine(function* () {
          started.setResult(currentTask()!);
          yield* new Future<void>();
        }),
        "127.0.0.1",
      );
      const [reader, writer] = yield* dial(server);
      (yield* started).cancel();
      assert.equal((yield* reader.read()).length, 0);
      writer.close();
      yield* server[Symbol.asyncDispose]();
      assert.deepEqual(reports, []);
    }),
  );

  test(
    "a plain function keeps its connection, and one that throws is reported and loses it",
    inRun(function* () {
      const reports = collected();
      const kept: StreamWriter[] = [];
      const server = yield* startServer((_reader, writer) => {
        kept.push(writer);
        if (kept.length === 2) throw new Error("no more");
        writer.write("welcome\n");
      }, "127.0.0.1");
      const [reader, writer] = yield* dial(server);
      assert.equal(String(yield* reader.readLine()), "welcome\n");
      const [second, other] = yield* dial(server);
      yield* outcome(second.read());
      assert.deepEqual([kept.map((one) => one.isClosing()), reports.length], [[false, true], 1]);
      writer.close();
      other.close();
      yield* server[Symbol.asyncDispose]();
    }),
  );

  test(
    "handlers see the context variables of the code that has started the server",
    inRun(function* () {
      const who = new ContextVar<string>("who");
      who.set("Ada");
      const server = yield* startServer(
        coroutine(function* (_reader: StreamReader, writer: StreamWriter) {
          writer.write(who.get());
          who.set("changed by a handler");
        }),
        "127.0.0.1",
      );
      for (let count = 0; count < 2; count++) {
        const [reader, writer] = yield* dial(server);
        assert.equal(String(yield* reader.read()), "Ada");
        writer.close();
      }
      yield* server[Symbol.asyncDispose]();
    }),
  );

  test(
    "waitClosed waits for the close and for the connections that are on",
    inRun(function* () {
      const server = yield* startServer(echo, "127.0.0.1");
      const [reader, writer] = yield* dial(server);
      writer.write("x\n");
      yield* reader.readLine();
      const waiting = createTask(server.waitClosed());
      server.close();
      assert.deepEqual([server.isServing(), server.sockets, server.port], [false, [], 0]);
      writer.write("still here\n");
      assert.equal(String(yield* reader.readLine()), "still here\n");
      assert.ok(!waiting.done());
      writer.close();
      yield* waiting;
      yield* server.waitClosed();
    }),
  );

  for (const how of ["closeClients", "abortClients"] as const) {
    test(
      `${how}() ends the connections that are on`,
      inRun(function* () {
        const server = yield* startServer(echo, "127.0.0.1");
        const clients = [yield* dial(server), yield* dial(server)];
        for (const [reader, writer] of clients) {
          writer.write("x\n");
          yield* reader.readLine();
        }
        server.close();
        server[how]();
        yield* server.waitClosed();
        for (const [reader, writer] of clients) {
          yield* outcome(reader.read());
          writer.close();
          yield* closed(writer);
        }
      }),
    );
  }

  test(
    "serveForever that is cancelled closes the server and its connections and waits for the handlers",
    inRun(function* () {
      const events: string[] = [];
      const server = yield* startServer(
        coroutine(function* (reader: StreamReader) {
          try {
            yield* reader.read();
          } finally {
            yield* sleep(1);
            events.push("handler ended");
          }
        }),
        "127.0.0.1",
      );
      const serving = createTask(server.serveForever());
      const [reader, writer] = yield* dial(server);
      assert.equal(
        yield* outcome(server.serveForever()),
        "InvalidStateError: another task awaits serveForever() already",
      );
      serving.cancel();
      assert.equal(yield* outcome(serving), "cancelled");
      events.push("server ended");
      assert.deepEqual(events, ["handler ended", "server ended"]);
      yield* outcome(reader.read());
      writer.close();
      assert.equal(yield* outcome(server.serveForever()), "InvalidStateError: the server is closed");
    }),
  );

  test(
    "with startServing: false nothing is accepted before startServing()",
    inRun(function* () {
      const server = yield* startServer(echo, "127.0.0.1", 0, { startServing: false });
      assert.deepEqual([server.isServing(), server.sockets], [false, []]);
      yield* server.startServing();
      yield* server.startServing();
      assert.ok(server.isServing());
      const [, writer] = yield* dial(server);
      writer.close();
      yield* server[Symbol.asyncDispose]();
    }),
  );

  test(
    "several hosts: a socket each; where one cannot be had, none stays open, and the error names it",
    inRun(function* () {
      const server = yield* startServer(echo, ["127.0.0.1", "127.0.0.2"]);
      assert.equal(server.sockets.length, 2);
      const { port } = server;
      const taken = yield* outcome(startServer(echo, ["127.0.0.3", "127.0.0.1"], port));
      assert.equal(taken, `Error: listen EADDRINUSE: address already in use 127.0.0.1:${port}`);
      const again = yield* startServer(echo, "127.0.0.3", port);
      yield* again[Symbol.asyncDispose]();
      yield* server[Symbol.asyncDispose]();
    }),
  );

  test("what is still open at the end of the run is named with its line, and closed", async () => {
    const reports: Report[] = [];
    let opened: Server | undefined;
    await run(
      coroutine(function* () {
        getRunningLoop().setExceptionHandler((_loop, report) => reports.push(report));
        opened = yield* startServer(() => {}, "127.0.0.1");
        yield* dial(opened);
      }),
    );
    const [report] = reports;
    const lines = report?.message.split("\n") ?? [];
    assert.equal(reports.length, 1);
    assert.equal(lines[0], "still open at the end of the run, and closed by force; close it, or write `await using`:");
    assert.match(lines[1] ?? "", /^ {4}a server on 127\.0\.0\.1:\d+, opened at .*server\.test\.\w+:\d+:\d+$/);
    assert.match(lines.join("\n"), /a connection to 127\.0\.0\.1:\d+, opened at .*server\.test/);
    assert.equal(opened?.isServing(), false);
  });

  test("bad arguments are told at once", () => {
    assert.throws(
      () => startServer(undefined as never),
      /startServer takes a function of a reader and a writer, not undefined/,
    );
    assert.throws(() => startServer(echo, 8080 as never), /a host is a name .*; the port comes behind it, not 8080/);
    assert.throws(() => startServer(echo, ["x", 8080 as never]), /a host is a name .*, not x,8080/);
    assert.throws(() => startServer(echo, "x", 70_000), /a port is a number from 0 to 65535, not 70000/);
    assert.throws(() => startServer(echo, "x", 0, { tls: {} }), /a TLS server needs a certificate/);
    assert.throws(() => startUnixServer(echo, ""), /a path is text, not ""/);
  });
});

describe("startUnixServer", () => {
  test("serves on a socket file, which takes the place of one that nobody serves any more and goes at the end", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tsyncio-"));
    const path = join(folder, "socket");
    try {
      await run(
        coroutine(function* () {
          for (let count = 0; count < 2; count++) {
            const server = yield* startUnixServer(echo, path);
            const [reader, writer] = yield* openUnixConnection(path);
            writer.write("x\n");
            assert.equal(String(yield* reader.readLine()), "x\n");
            writer.close();
            yield* server[Symbol.asyncDispose]();
            assert.ok(!existsSync(path));
          }
          assert.match(String(yield* outcome(openUnixConnection(path))), /ENOENT/);
        }),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
