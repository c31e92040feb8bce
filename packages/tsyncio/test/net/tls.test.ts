import assert from "node:assert/strict";
import { createServer } from "node:net";
import { describe, test } from "node:test";
import { connect } from "node:tls";
import { coroutine, createTask, run, sleep, TimeoutError, until } from "tsyncio";
import { openConnection, type StreamReader, type StreamWriter, startServer } from "tsyncio/net";
import { inRun } from "../support/inRun.js";
import { outcome } from "../support/outcome.js";
import { certificate, closed, withPair } from "../support/peers.js";

const ca = certificate.cert;

const echo = coroutine(function* (reader: StreamReader, writer: StreamWriter) {
  writer.write(yield* reader.readLine());
  yield* writer.drain();
});

describe("TLS", () => {
  test("a connection is encrypted from the beginning, and the certificate is looked at", () =>
    withPair(
      function* ({ client: [reader, writer], server: [asked, answer] }) {
        writer.write("hello\n");
        answer.write(yield* asked.readLine());
        assert.equal(String(yield* reader.readLine()), "hello\n");
        const cipher = writer.getExtraInfo("cipher") as { version: string };
        const peer = writer.getExtraInfo("peercert") as { subject: { CN: string } };
        assert.match(cipher.version, /^TLSv1\.[23]$/);
        assert.deepEqual([peer.subject.CN, writer.canWriteEof()], ["localhost", false]);
      },
      { tls: certificate },
    ));

  test(
    "a certificate that nobody has signed, or that has another name, is an error, and nothing stays open",
    inRun(function* () {
      const server = yield* startServer(echo, "127.0.0.1", 0, { tls: certificate });
      const { port } = server;
      const unknown = yield* outcome(openConnection("127.0.0.1", port, { tls: true }));
      const other = yield* outcome(openConnection("127.0.0.1", port, { tls: { ca }, serverHostname: "other.test" }));
      assert.match(String(unknown), /^Error: self-signed certificate/);
      assert.match(String(other), /Hostname\/IP does not match certificate's altnames/);
      yield* server[Symbol.asyncDispose]();
    }),
  );

  test(
    "SNI and ALPN: the server chooses by the name, and both know the protocol",
    inRun(function* () {
      const names: string[] = [];
      const settings = {
        ...certificate,
        ALPNProtocols: ["h2", "echo"],
        SNICallback: (name: string, done: (error: Error | null) => void) => {
          names.push(name);
          done(null);
        },
      };
      const server = yield* startServer(echo, "127.0.0.1", 0, { tls: settings });
      const [, writer] = yield* openConnection("127.0.0.1", server.port, {
        tls: { ca, ALPNProtocols: ["echo"] },
        serverHostname: "tsyncio.test",
      });
      assert.deepEqual([names, writer.getExtraInfo("alpnProtocol")], [["tsyncio.test"], "echo"]);
      writer.close();
      yield* server[Symbol.asyncDispose]();
    }),
  );

  test(
    "client certificates: a server that asks for one refuses those without, and knows the name of those with",
    inRun(function* () {
      const subjects: unknown[] = [];
      const server = yield* startServer(
        coroutine(function* (_reader: StreamReader, writer: StreamWriter) {
          const peer = writer.getExtraInfo("peercert") as { subject: { CN: string } };
          subjects.push(peer.subject.CN);
          writer.write("welcome\n");
        }),
        "127.0.0.1",
        0,
        { tls: { ...certificate, ca, requestCert: true } },
      );
      const dial = (tls: object) => openConnection("127.0.0.1", server.port, { tls: { ca, ...tls } });
      const [reader, writer] = yield* dial(certificate);
      assert.equal(String(yield* reader.read()), "welcome\n");
      writer.close();
      const refused = coroutine(function* () {
        const [other, gone] = yield* dial({});
        try {
          return yield* other.read();
        } finally {
          gone.abort();
        }
      });
      assert.match(String(yield* outcome(refused())), /Error|ECONNRESET|^$/);
      assert.deepEqual(subjects, ["localhost"]);
      yield* server[Symbol.asyncDispose]();
    }),
  );

  test("startTls turns a connection in place: what had come before stays, reader and writer too", () =>
    withPair(function* ({ client: [reader, writer], server: [asked, answer] }) {
      answer.write("plain\n");
      assert.equal(String(yield* reader.readLine()), "plain\n");
      writer.write("STARTTLS\n");
      assert.equal(String(yield* asked.readLine()), "STARTTLS\n");
      const accepting = createTask(answer.startTls(certificate));
      yield* writer.startTls({ ca }, { serverHostname: "localhost" });
      yield* accepting;
      writer.write("secret\n");
      assert.equal(String(yield* asked.readLine()), "secret\n");
      answer.write("answer\n");
      answer.close();
      assert.equal(String(yield* reader.read()), "answer\n");
      assert.match((writer.getExtraInfo("cipher") as { version: string }).version, /TLS/);
    }));

  test("startTls: bytes of the handshake that had come with plain ones, and that nobody has taken, are used", () =>
    withPair(function* ({ client: [, writer], server: [asked, answer] }) {
      // The client does not wait: its hello stands behind the line in the reader of the server.
      writer.write("line\n");
      const turning = createTask(writer.startTls({ ca }, { serverHostname: "localhost" }));
      yield* until(new Promise((resolve) => setTimeout(resolve, 0)));
      assert.equal(String(yield* asked.readLine()), "line\n");
      while (asked.bytes.size === 0) yield* until(new Promise(setImmediate));
      yield* answer.startTls(certificate);
      yield* turning;
      writer.write("secret\n");
      assert.equal(String(yield* asked.readLine()), "secret\n");
    }));

  test(
    "a handshake that stalls ends with a TimeoutError, or at once where it is cancelled; the socket is closed",
    inRun(function* () {
      const accepted: { destroyed: boolean }[] = [];
      const silent = createServer((socket) => {
        accepted.push(socket);
        socket.on("error", () => {}).resume();
      });
      yield* until(new Promise<void>((ready) => silent.listen(0, "127.0.0.1", ready)));
      const { port } = silent.address() as { port: number };
      const slow = openConnection("127.0.0.1", port, { tls: { ca }, tlsHandshakeTimeout: 20 });
      try {
        yield* slow;
        assert.fail("nothing was thrown");
      } catch (error) {
        assert.ok(error instanceof TimeoutError);
      }
      const task = createTask(openConnection("127.0.0.1", port, { tls: { ca } }));
      while (accepted.length < 2) yield* until(new Promise(setImmediate));
      task.cancel();
      assert.equal(yield* outcome(task), "cancelled");
      yield* until(new Promise((ended) => silent.close(ended)));
    }),
  );

  test(
    "a client that stalls in its handshake is dropped by the server when the time is up",
    inRun(function* () {
      const server = yield* startServer(echo, "127.0.0.1", 0, { tls: certificate, tlsHandshakeTimeout: 1 });
      const [reader, writer] = yield* openConnection("127.0.0.1", server.port);
      yield* outcome(reader.read());
      writer.close();
      yield* server[Symbol.asyncDispose]();
    }),
  );

  test(
    "a client that speaks no TLS is dropped, and the server goes on",
    inRun(function* () {
      const server = yield* startServer(echo, "127.0.0.1", 0, { tls: certificate });
      const [reader, writer] = yield* openConnection("127.0.0.1", server.port);
      writer.write("GET / HTTP/1.1\r\n\r\n");
      yield* outcome(reader.read());
      writer.close();
      const [answer, asking] = yield* openConnection("127.0.0.1", server.port, { tls: { ca } });
      asking.write("x\n");
      assert.equal(String(yield* answer.readLine()), "x\n");
      asking.close();
      yield* server[Symbol.asyncDispose]();
    }),
  );

  test(
    "data that a peer sends before it closes is delivered, and then the end",
    inRun(function* () {
      const text = "x".repeat(300_000);
      const server = yield* startServer(
        coroutine(function* (_reader: StreamReader, writer: StreamWriter) {
          writer.write(text);
        }),
        "127.0.0.1",
        0,
        { tls: certificate },
      );
      const [reader, writer] = yield* openConnection("127.0.0.1", server.port, { tls: { ca } });
      yield* sleep(0);
      assert.equal((yield* reader.read()).length, text.length);
      writer.close();
      yield* closed(writer);
      yield* server[Symbol.asyncDispose]();
    }),
  );

  test("Node's own TLS client is served", () =>
    run(
      coroutine(function* () {
        const server = yield* startServer(echo, "127.0.0.1", 0, { tls: certificate });
        const socket = connect({ port: server.port, host: "127.0.0.1", ca });
        const answer = new Promise((resolve) => socket.once("data", (data) => resolve(String(data))));
        socket.write("native\n");
        assert.equal(yield* until(answer), "native\n");
        socket.destroy();
        yield* server[Symbol.asyncDispose]();
      }),
    ));
});
