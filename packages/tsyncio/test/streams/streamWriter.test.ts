import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { Writable } from "node:stream";
import { describe, test } from "node:test";
import { coroutine, createTask, gather, sleep } from "tsyncio";
import { StreamWriter } from "tsyncio/net";
import { inLoop } from "../support/inLoop.js";
import { outcome, shown } from "../support/outcome.js";
import { certificate, withPair } from "../support/peers.js";

/** A stream whose writes end when the test says so. */
class Slow extends Writable {
  readonly under: { size: number; done: (error?: Error) => void }[] = [];
  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.under.push({ size: chunk.length, done });
  }
  /** One more write has been sent. */
  async sent(error?: Error): Promise<void> {
    this.under.shift()?.done(error);
    await new Promise(setImmediate);
  }
}

describe("StreamWriter", () => {
  test(
    "drain waits above the high-water mark, until the low one; several may, and all go on at once",
    inLoop(function* () {
      const stream = new Slow();
      const writer = new StreamWriter(stream);
      writer.setWriteBufferLimits({ high: 10, low: 4 });
      const events: string[] = [];
      writer.write("123456");
      yield* writer.drain();
      writer.write("12345");
      const drainers = [1, 2].map((number) => createTask(outcome(writer.drain()), { name: `drain ${number}` }));
      for (const task of drainers) task.addDoneCallback(() => events.push(task.name));
      yield stream.sent();
      events.push(`${writer.getWriteBufferSize()} left`);
      yield stream.sent();
      yield* gather(drainers);
      events.push(`${writer.getWriteBufferSize()} left`);
      assert.deepEqual(events, ["5 left", "drain 1", "drain 2", "0 left"]);
      writer.abort();
    }),
  );

  test(
    "limits that are lowered hold for what is under way already, also after writeEof()",
    inLoop(function* () {
      for (const ended of [false, true]) {
        const stream = new Slow();
        const writer = new StreamWriter(stream);
        writer.write("123456");
        yield* writer.drain();
        if (ended) writer.writeEof();
        writer.setWriteBufferLimits({ high: 2 });
        const waiting = createTask(writer.drain());
        yield* sleep(0);
        assert.equal(waiting.done(), false);
        while (stream.under.length > 0) yield stream.sent();
        yield* waiting;
        assert.equal(writer.getWriteBufferSize(), 0);
        writer.abort();
      }
    }),
  );

  test(
    "what is written while drain waits is waited for as well, be it ever so short",
    inLoop(function* () {
      const stream = new Slow();
      const writer = new StreamWriter(stream);
      writer.setWriteBufferLimits({ high: 10, low: 0 });
      writer.write("12345678901");
      const waiting = createTask(writer.drain());
      writer.write("x");
      yield stream.sent();
      assert.deepEqual([writer.getWriteBufferSize(), waiting.done()], [1, false]);
      yield stream.sent();
      yield* waiting;
      writer.abort();
    }),
  );

  test("the limits of the write buffer are checked, and follow from each other", () => {
    const writer = new StreamWriter(new Slow());
    assert.throws(
      () => writer.setWriteBufferLimits({ high: 1, low: 2 }),
      /the high-water mark is a whole number from 2, not 1/,
    );
    assert.throws(
      () => writer.setWriteBufferLimits({ low: -1 }),
      /the low-water mark is a whole number from 0, not -1/,
    );
    writer.setWriteBufferLimits({ low: 1 });
    writer.setWriteBufferLimits({ high: 0 });
    writer.write("x");
    writer.abort();
  });

  test(
    "a drain that is cancelled leaves the others alone",
    inLoop(function* () {
      const stream = new Slow();
      const writer = new StreamWriter(stream);
      writer.setWriteBufferLimits({ high: 0 });
      writer.write("1");
      const [first, second] = [createTask(writer.drain()), createTask(outcome(writer.drain()))];
      yield* sleep(0);
      first.cancel();
      assert.equal(yield* outcome(first), "cancelled");
      yield stream.sent();
      assert.equal(yield* second, undefined);
      writer.abort();
    }),
  );

  test(
    "after the connection is lost a drain throws: the cause where there was one",
    inLoop(function* () {
      const stream = new Slow();
      const writer = new StreamWriter(stream);
      writer.setWriteBufferLimits({ high: 0 });
      writer.write("1");
      const waiting = createTask(outcome(writer.drain()));
      yield* sleep(0);
      stream.destroy(new Error("reset"));
      assert.equal(yield* waiting, "Error: reset");
      writer.write("dropped");
      assert.deepEqual(
        [yield* outcome(writer.drain()), yield* outcome(writer.waitClosed())],
        ["Error: reset", "Error: reset"],
      );
    }),
  );

  test(
    "after close() a drain yields once, and after the end it throws ECONNRESET",
    inLoop(function* () {
      const stream = new Slow();
      const writer = new StreamWriter(stream);
      writer.write("x");
      writer.close();
      assert.ok(writer.isClosing());
      const events: string[] = [];
      const other = createTask(
        coroutine(function* () {
          events.push("another task");
        })(),
      );
      yield* writer.drain();
      events.push("drained");
      yield* other;
      assert.deepEqual(events, ["another task", "drained"]);
      yield stream.sent();
      yield* writer.waitClosed();
      try {
        yield* writer.drain();
        assert.fail("nothing was thrown");
      } catch (error) {
        assert.deepEqual(
          [shown(error), (error as NodeJS.ErrnoException).code],
          ["Error: the connection is lost", "ECONNRESET"],
        );
      }
    }),
  );

  test("close() sends what was written, and then waitClosed() resolves; closing twice is closing once", () =>
    withPair(function* ({ client: [, writer], server: [reader] }) {
      writer.write("x".repeat(1_000_000));
      writer.close();
      writer.close();
      writer.write("dropped");
      assert.equal((yield* reader.read()).length, 1_000_000);
      yield* writer.waitClosed();
      assert.ok(reader.atEof());
    }));

  test("writeEof() ends one direction alone: the other end reads to its end and still answers", () =>
    withPair(function* ({ client: [reader, writer], server: [asked, answer] }) {
      writer.writeLines(["one ", "two"]);
      assert.ok(writer.canWriteEof());
      writer.writeEof();
      assert.throws(() => writer.write("x"), /cannot write after writeEof\(\)/);
      const text = String(yield* asked.read());
      answer.write(text.toUpperCase());
      answer.close();
      assert.equal(String(yield* reader.read()), "ONE TWO");
    }));

  test("a file is sent by a pipe into the stream beneath, which stays open for more", () =>
    withPair(function* ({ client: [, writer], server: [reader] }) {
      const sent = createReadStream(new URL("../../../test/net/fixtures/cert.pem", import.meta.url));
      sent.pipe(writer.stream, { end: false });
      assert.equal(String(yield* reader.readExactly(certificate.cert.length)), certificate.cert);
      writer.write("and more\n");
      assert.equal(String(yield* reader.readLine()), "and more\n");
    }));

  test("getExtraInfo knows the addresses, and gives the fallback for the rest", () =>
    withPair(function* ({ client: [, writer], server: [, other] }) {
      assert.deepEqual(writer.getExtraInfo("peername"), other.getExtraInfo("sockname"));
      assert.deepEqual(writer.getExtraInfo("sockname"), other.getExtraInfo("peername"));
      assert.equal(writer.getExtraInfo("socket"), writer.stream);
      assert.deepEqual([writer.getExtraInfo("cipher"), writer.getExtraInfo("nothing", 7)], [undefined, 7]);
    }));

  test("a peer that resets the connection: the read, the drain and waitClosed() tell", () =>
    withPair(function* ({ client: [reader, writer], server: [, other] }) {
      const waiting = createTask(outcome(reader.readLine()));
      yield* sleep(0);
      (other.stream as unknown as { resetAndDestroy(): void }).resetAndDestroy();
      const told = [yield* waiting, yield* outcome(writer.drain()), yield* outcome(writer.waitClosed())];
      assert.deepEqual(told, Array(3).fill("Error: read ECONNRESET"));
    }));

  test("bad data is told at once", () => {
    const writer = new StreamWriter(new Slow());
    assert.throws(() => writer.write(7 as never), /write takes bytes or text, not 7/);
    assert.throws(() => writer.startTls(), /only a connection can turn to TLS/);
    writer.abort();
  });
});
