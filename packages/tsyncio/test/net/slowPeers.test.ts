/** A peer that takes its time: what waits for it is bounded. */
import assert from "node:assert/strict";
import { connect, createServer, type Socket } from "node:net";
import { describe, test } from "node:test";
import { connect as connectTls } from "node:tls";
import { coroutine, createTask, Event, moveOnAfter, run, until } from "tsyncio";
import { openConnection, type StreamWriter, startServer } from "tsyncio/net";
import { certificate, withPair } from "../support/peers.js";

const PIECE = Buffer.alloc(2 ** 16);
const HIGH_WATER = 2 ** 16;
/** What the systems of both ends may hold of a connection, with much to spare. */
const KERNEL = 64 * 2 ** 20;

describe("a client that is slow", () => {
  for (const [wire, settings] of [
    ["TCP", {}],
    ["TLS", { tls: certificate }],
  ] as const) {
    test(`and reads nothing at all, by ${wire}: drain() waits, and the server holds no more than the high-water mark and one piece`, async () => {
      await run(
        coroutine(function* () {
          let written = 0;
          let most = 0;
          const progress = new Event();
          const server = yield* startServer(
            coroutine(function* (_reader: unknown, writer: StreamWriter) {
              while (written < 2 * KERNEL) {
                writer.write(PIECE);
                most = Math.max(most, writer.getWriteBufferSize());
                yield* writer.drain();
                written += PIECE.length;
                progress.set();
              }
            }),
            "127.0.0.1",
            0,
            settings,
          );
          const silent =
            wire === "TLS"
              ? connectTls({ port: server.port, host: "127.0.0.1", ca: certificate.cert, servername: "localhost" })
              : connect(server.port, "127.0.0.1");
          silent.on("error", () => {});
          yield* progress.wait();
          // Until the server stands still. Where it only seems to, what follows is true all the same.
          do progress.clear();
          while ((yield* moveOnAfter("50ms", () => progress.wait())) !== undefined);
          assert.ok(written < KERNEL, `${written} bytes were written to somebody who reads nothing`);
          assert.ok(most <= HIGH_WATER + PIECE.length, `${most} bytes were held`);
          silent.destroy();
          server.close();
          server.abortClients();
          yield* server.waitClosed();
        }),
      );
    });
  }

  test("and reads piece by piece: everything arrives, and the memory of the server stays where it was", async () => {
    await run(
      coroutine(function* () {
        const pieces = 512;
        const server = yield* startServer(
          coroutine(function* (_reader: unknown, writer: StreamWriter) {
            for (let count = 0; count < pieces; count++) {
              writer.write(Buffer.alloc(PIECE.length));
              most = Math.max(most, writer.getWriteBufferSize());
              yield* writer.drain();
            }
          }),
          "127.0.0.1",
        );
        let most = 0;
        let heldMost = 0;
        let received = 0;
        const [reader, writer] = yield* openConnection("127.0.0.1", server.port);
        for (;;) {
          const piece = yield* reader.read(PIECE.length);
          if (piece.length === 0) break;
          received += piece.length;
          heldMost = Math.max(heldMost, reader.bytes.size);
          yield* until(new Promise(setImmediate));
        }
        assert.equal(received, pieces * PIECE.length);
        assert.ok(most <= HIGH_WATER + PIECE.length, `the writer held ${most} bytes`);
        assert.ok(heldMost <= 2 * reader.limit + 2 ** 16, `the reader held ${heldMost} bytes`);
        writer.close();
        yield* server[Symbol.asyncDispose]();
      }),
    );
  });
});

describe("a reader that is slow", () => {
  test("`for await` over the lines: while the body is busy the socket is paused, and the reader holds twice its limit at most", () =>
    withPair(function* ({ client: [reader, writer], server: [, peer] }) {
      const socket = writer.stream as Socket;
      const lines = 4000;
      const line = `${"x".repeat(1023)}\n`;
      let paused = 0;
      let most = 0;
      const sending = createTask(
        coroutine(function* () {
          for (let count = 0; count < lines; count++) {
            peer.write(line);
            yield* peer.drain();
          }
          peer.writeEof();
        })(),
      );
      let count = 0;
      const iterator = reader.lines();
      for (;;) {
        const { done, value } = yield* iterator.next();
        if (done) break;
        assert.equal(value.length, line.length - 1);
        // The body takes its time now and then.
        if (count++ % 100 === 0) {
          for (let turns = 0; turns < 20; turns++) yield* until(new Promise(setImmediate));
          if (socket.isPaused()) paused++;
        }
        most = Math.max(most, reader.bytes.size);
      }
      yield* sending;
      assert.equal(count, lines);
      assert.ok(paused > 0, "the socket was never paused");
      assert.ok(most <= 2 * reader.limit + 2 ** 16, `the reader held ${most} bytes`);
    }));

  test("nobody reads: the sender has to stop, and what it has sent is there when somebody does", async () => {
    await run(
      coroutine(function* () {
        let accepted: Socket | undefined;
        const flood = createServer((socket) => {
          accepted = socket.on("error", () => {});
          const more = (): void => {
            while (socket.bytesWritten < 4 * KERNEL && socket.write(PIECE));
          };
          socket.on("drain", more);
          more();
        });
        yield* until(new Promise<void>((ready) => flood.listen(0, "127.0.0.1", ready)));
        const { port } = flood.address() as { port: number };
        const [reader, writer] = yield* openConnection("127.0.0.1", port);
        let before = -1;
        while (before !== accepted?.bytesWritten || reader.bytes.size <= reader.limit) {
          before = accepted?.bytesWritten ?? -1;
          for (let turns = 0; turns < 50; turns++) yield* until(new Promise(setImmediate));
        }
        const held = reader.bytes.size;
        assert.ok(held > reader.limit && held <= 2 * reader.limit + 2 ** 16, `the reader holds ${held} bytes`);
        assert.ok(before < KERNEL, `${before} bytes were sent to somebody who reads nothing`);
        assert.equal((yield* reader.readExactly(held + 1)).length, held + 1);
        writer.abort();
        accepted?.destroy();
        yield* until(new Promise((over) => flood.close(over)));
      }),
    );
  });
});
