/** What goes wrong with connections, and what the program gets: a test for each row of the table in docs/sockets-and-processes.md. */
import assert from "node:assert/strict";
import { createServer, type Server as Listener, type Socket } from "node:net";
import { describe, test } from "node:test";
import { coroutine, createTask, gather, getRunningLoop, type Report, run, sleep, until, withTimeout } from "tsyncio";
import { type Connection, openConnection, type StreamReader, type StreamWriter, startServer } from "tsyncio/net";
import { inRun } from "../support/inRun.js";
import { outcome } from "../support/outcome.js";
import { certificate, closed, withPair } from "../support/peers.js";

const ca = certificate.cert;

/** Both sides forget the connection: the other one gets an RST. */
function reset({ stream }: StreamWriter): void {
  (stream as Socket).resetAndDestroy();
}

/** Writes more than the system takes, until the writer has to wait. */
function fill(writer: StreamWriter): void {
  while (writer.getWriteBufferSize() < 2 ** 20) writer.write(Buffer.alloc(2 ** 18));
}

const listen = coroutine(function* (listener: Listener) {
  yield* until(new Promise<void>((ready) => listener.listen(0, "127.0.0.1", ready)));
  return (listener.address() as { port: number }).port;
});

describe("a peer that resets the connection", () => {
  test("while a task reads: the read throws ECONNRESET, and so does each later one", () =>
    withPair(function* ({ client: [reader], server: [, peer] }) {
      const waiting = createTask(outcome(reader.readExactly(10)));
      yield* sleep(0);
      reset(peer);
      assert.equal(yield* waiting, "Error: read ECONNRESET");
      assert.equal(yield* outcome(reader.read(1)), "Error: read ECONNRESET");
      assert.equal((reader.exception() as NodeJS.ErrnoException).code, "ECONNRESET");
    }));

  test("while a task iterates over lines: those that had come were given, then the loop throws", () =>
    withPair(function* ({ client: [reader], server: [, peer] }) {
      peer.write("one\ntwo\nthr");
      const lines = reader.lines();
      const got = [yield* lines.next(), yield* lines.next()].map(({ value }) => value);
      const next = createTask(outcome(lines.next()));
      yield* sleep(0);
      reset(peer);
      assert.deepEqual([got, yield* next], [["one", "two"], "Error: read ECONNRESET"]);
    }));

  test("before a write: write() says nothing, drain() throws, and the program goes on", () =>
    withPair(function* ({ client: [reader, writer], server: [, peer] }) {
      reset(peer);
      yield* outcome(reader.read());
      writer.write("into the void");
      assert.equal(yield* outcome(writer.drain()), "Error: read ECONNRESET");
      yield* closed(writer);
      assert.deepEqual([writer.isClosing(), writer.getWriteBufferSize()], [true, 0]);
    }));

  test("while drain() waits: it throws at once", () =>
    withPair(function* ({ client: [, writer], server: [, peer] }) {
      fill(writer);
      const waiting = createTask(outcome(writer.drain()));
      yield* sleep(0);
      assert.equal(waiting.done(), false);
      reset(peer);
      assert.match(String(yield* waiting), /^Error: (read|write) (ECONNRESET|EPIPE)$/);
    }));

  test("while close() sends what was written: waitClosed() throws, and nothing stays open", () =>
    withPair(function* ({ client: [, writer], server: [, peer] }) {
      fill(writer);
      writer.close();
      const waiting = createTask(outcome(writer.waitClosed()));
      yield* sleep(0);
      reset(peer);
      assert.match(String(yield* waiting), /^Error: (read|write) (ECONNRESET|EPIPE)$/);
      assert.ok((writer.stream as Socket).destroyed);
    }));

  test(
    "a handler of a server ends with the error, which is no failure of the server: it is not reported, and the next client is served",
    inRun(function* () {
      const reports: Report[] = [];
      getRunningLoop().setExceptionHandler((_loop, report) => reports.push(report));
      const ends: unknown[] = [];
      const server = yield* startServer(
        coroutine(function* (reader: StreamReader, writer: StreamWriter) {
          try {
            for (let line = yield* reader.readLine(); line.length > 0; line = yield* reader.readLine()) {
              writer.write(line);
              yield* writer.drain();
            }
            ends.push("end");
          } catch (error) {
            ends.push((error as NodeJS.ErrnoException).code);
            throw error;
          }
        }),
        "127.0.0.1",
      );
      for (const leave of [reset, (writer: StreamWriter) => writer.close()]) {
        const [reader, writer] = yield* openConnection("127.0.0.1", server.port);
        writer.write("x\n");
        assert.equal(String(yield* reader.readLine()), "x\n");
        leave(writer);
        yield* closed(writer);
      }
      yield* server[Symbol.asyncDispose]();
      assert.deepEqual([ends.sort(), reports], [["ECONNRESET", "end"], []]);
    }),
  );
});

describe("a loop that is so busy that the peer is gone again before the task goes on", () => {
  for (const [name, options] of [
    ["as it is", {}],
    ["with TLS", { tls: { ca } }],
  ] as const)
    test(`${name}: opening the connection throws ECONNRESET, or the first read does, and nothing is left open`, async () => {
      const reports: Report[] = [];
      await run(
        coroutine(function* () {
          getRunningLoop().setExceptionHandler((_loop, report) => reports.push(report));
          const busy = Array.from({ length: 5 }, () => createTask(blocking(3)));
          for (const delay of [0, 4, 8, 12]) {
            const hasty = createServer((socket) => setTimeout(() => socket.resetAndDestroy(), delay));
            const port = yield* listen(hasty);
            const read = coroutine(function* () {
              const [reader, writer] = yield* openConnection("127.0.0.1", port, options);
              yield* outcome(reader.read());
              yield* writer.waitClosed();
            });
            assert.match(
              String(yield* outcome(withTimeout("1m", read))),
              /^Error: .*ECONNRESET|disconnected before secure TLS/,
            );
            hasty.close();
          }
          for (const task of busy) task.cancel();
        }),
      );
      assert.deepEqual(reports, []);
    });
});

/** Never lets the loop rest: each step takes so many milliseconds. */
const blocking = coroutine(function* (time: number) {
  for (;;) {
    const end = performance.now() + time;
    while (performance.now() < end);
    yield* sleep(0);
  }
});

describe("half a connection", () => {
  test("the peer ends its direction: reads come to their end, and writing goes on", () =>
    withPair(function* ({ client: [reader, writer], server: [asked, answer] }) {
      answer.write("last words");
      answer.writeEof();
      assert.deepEqual([String(yield* reader.read()), reader.atEof()], ["last words", true]);
      const pieces: Buffer[] = Array.from({ length: 40 }, (_, n) => Buffer.alloc(2 ** 16, n));
      const sending = createTask(
        coroutine(function* () {
          for (const piece of pieces) {
            writer.write(piece);
            yield* writer.drain();
          }
          writer.writeEof();
        })(),
      );
      assert.ok(Buffer.concat(pieces).equals(yield* asked.read()));
      yield* sending;
    }));

  test("the peer ends its direction before startTls(): that throws at once, for no handshake can come any more", () =>
    withPair(function* ({ client: [reader, writer], server: [, answer] }) {
      answer.writeEof();
      yield* reader.read();
      assert.equal(yield* outcome(writer.startTls({ ca })), "Error: the connection is lost");
      assert.equal(writer.isClosing(), true);
    }));

  test("both directions are ended: the connection closes by itself, without an error", () =>
    withPair(function* ({ client: [reader, writer], server: [asked, answer] }) {
      writer.writeEof();
      answer.writeEof();
      assert.deepEqual([(yield* reader.read()).length, (yield* asked.read()).length], [0, 0]);
      yield* gather(writer.waitClosed(), answer.waitClosed());
      assert.deepEqual([writer.isClosing(), answer.isClosing()], [true, true]);
    }));
});

describe("TLS", () => {
  test(
    "a handshake that stalls is ended by the caller's own withTimeout, and by nothing of the server's: the socket is closed",
    inRun(function* () {
      const gone: Promise<void>[] = [];
      const silent = createServer((socket) => {
        gone.push(
          new Promise((close) =>
            socket
              .on("error", () => {})
              .resume()
              .on("close", close),
          ),
        );
      });
      const port = yield* listen(silent);
      const dial = () => openConnection("127.0.0.1", port, { tls: { ca } });
      assert.equal(yield* outcome(withTimeout("50ms", dial)), "TimeoutError: not done within 50 ms");
      yield* until(new Promise((over) => silent.close(over)));
      yield* until(Promise.all(gone));
    }),
  );

  test(
    "a certificate of another name, or of nobody, is refused before a byte is sent; the handler never sees the connection",
    inRun(function* () {
      let handled = 0;
      const server = yield* startServer(() => void handled++, "127.0.0.1", 0, { tls: certificate });
      const errors: unknown[] = [];
      for (const options of [{ tls: { ca }, serverHostname: "other.test" }, { tls: true as const }]) {
        try {
          yield* openConnection("127.0.0.1", server.port, options);
        } catch (error) {
          errors.push((error as NodeJS.ErrnoException).code);
        }
      }
      assert.deepEqual(errors, ["ERR_TLS_CERT_ALTNAME_INVALID", "DEPTH_ZERO_SELF_SIGNED_CERT"]);
      server.close();
      server.abortClients();
      yield* server.waitClosed();
    }),
  );
});

describe("a line over the limit", () => {
  test("readUntil() throws LimitOverrunError and takes nothing: the line can still be read, another way", () =>
    withPair(
      function* ({ client: [, writer], server: [reader] }) {
        const long = `${"x".repeat(5000)}\n`;
        writer.write(`${long}next\n`);
        assert.match(String(yield* outcome(reader.readUntil("\n"))), /^LimitOverrunError: more than 100 bytes without/);
        assert.equal(String(yield* reader.readExactly(long.length)), long);
        assert.equal(String(yield* reader.readLine()), "next\n");
      },
      { limit: 100 },
    ));

  test("readLine() throws LimitOverrunError and drops it: the connection is in step again at the next line feed", () =>
    withPair(
      function* ({ client: [, writer], server: [reader] }) {
        writer.write(`${"x".repeat(150)}\nnext\n`);
        assert.equal(
          yield* outcome(reader.readLine()),
          "LimitOverrunError: a line is longer than 100 bytes; give a larger limit",
        );
        assert.equal(String(yield* reader.readLine()), "next\n");
      },
      { limit: 100 },
    ));

  test("a line without an end is never held beyond the limit, however much the peer sends", () =>
    withPair(
      function* ({ client: [, writer], server: [reader] }) {
        const endless = createTask(
          coroutine(function* () {
            for (;;) {
              writer.write(Buffer.alloc(2 ** 16, "x"));
              yield* writer.drain();
            }
          })(),
        );
        assert.match(String(yield* outcome(reader.readLine())), /^LimitOverrunError/);
        endless.cancel();
        assert.ok(reader.bytes.size <= 2 ** 16 + 2000, `${reader.bytes.size} bytes are held`);
      },
      { limit: 1000 },
    ));
});

describe("connecting", () => {
  test(
    "all addresses of a name refuse: one error with the code ECONNREFUSED that names each address",
    inRun(function* () {
      const nobody = createServer();
      const port = yield* listen(nobody);
      yield* until(new Promise((over) => nobody.close(over)));
      const addresses = ["127.0.0.1", "127.0.0.2", "127.0.0.3"];
      try {
        yield* openConnection("three.test", port, {
          happyEyeballsDelay: Number.POSITIVE_INFINITY,
          lookup: (_name, _options, found) =>
            found(
              null,
              addresses.map((address) => ({ address, family: 4 })),
            ),
        });
        assert.fail("nothing was thrown");
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        const each = addresses.map((address) => `connect ECONNREFUSED ${address}:${port}`).join(", ");
        assert.deepEqual([code, message], ["ECONNREFUSED", `no address of three.test:${port} answers: ${each}`]);
      }
    }),
  );
});

describe("a server that is closed while clients are connected", () => {
  const clients = coroutine(function* (port: number) {
    const all: Connection[] = [];
    for (let count = 0; count < 3; count++) all.push(yield* openConnection("127.0.0.1", port));
    for (const [reader, writer] of all) {
      writer.write("x\n");
      yield* reader.readLine();
    }
    return all;
  });

  /** Answers a line, then waits for the next one. */
  const answering = (ends: unknown[]) =>
    coroutine(function* (reader: StreamReader, writer: StreamWriter) {
      writer.write(yield* reader.readLine());
      ends.push(yield* outcome(reader.readLine()));
    });

  test(
    "closeClients(): what was written still arrives, then each client reads the end, and each handler too",
    inRun(function* () {
      const ends: Buffer[] = [];
      const server = yield* startServer(answering(ends), "127.0.0.1");
      const all = yield* clients(server.port);
      server.close();
      server.closeClients();
      for (const [reader, writer] of all) {
        assert.equal((yield* reader.read()).length, 0);
        writer.close();
        yield* writer.waitClosed();
      }
      yield* server.waitClosed();
      assert.deepEqual(ends.map(String), ["", "", ""]);
    }),
  );

  test(
    "abortClients(): the clients get their end or ECONNRESET, the handlers theirs, and waitClosed() resolves",
    inRun(function* () {
      const ends: unknown[] = [];
      const server = yield* startServer(answering(ends), "127.0.0.1");
      const all = yield* clients(server.port);
      server.close();
      server.abortClients();
      yield* server.waitClosed();
      assert.equal(ends.length, 3);
      for (const [reader, writer] of all) {
        assert.match(String(yield* outcome(reader.read())), /^$|ECONNRESET/);
        writer.close();
        yield* closed(writer);
      }
    }),
  );

  test(
    "a client that connects to it afterwards is refused",
    inRun(function* () {
      const server = yield* startServer(() => {}, "127.0.0.1");
      const { port } = server;
      server.close();
      yield* server.waitClosed();
      assert.equal(yield* outcome(openConnection("127.0.0.1", port)), `Error: connect ECONNREFUSED 127.0.0.1:${port}`);
    }),
  );
});
