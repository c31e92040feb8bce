import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createTask, InvalidStateError, moveOnAfter, sleep } from "tsyncio";
import { IncompleteReadError, LimitOverrunError, StreamReader } from "tsyncio/net";
import { runWithVirtualTime } from "tsyncio/testing";
import { forAwaitLoop } from "../support/forAwaitLoop.js";
import { inBothForms, lowered } from "../support/forms.js";
import { inLoop } from "../support/inLoop.js";
import { outcome } from "../support/outcome.js";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A reader that was given some chunks, and the end where `ended`. */
function fed(
  chunks: readonly string[],
  { limit, ended = false }: { limit?: number; ended?: boolean } = {},
): StreamReader {
  const reader = new StreamReader({ limit });
  for (const chunk of chunks) reader.feedData(bytes(chunk));
  if (ended) reader.feedEof();
  return reader;
}

/** A source that notes what the reader asks of it. */
function source(): { pause(): void; resume(): void; asked: string[] } {
  const asked: string[] = [];
  return { asked, pause: () => asked.push("pause"), resume: () => asked.push("resume") };
}

describe("StreamReader", () => {
  inBothForms("a read gives what there is, and waits for at least one byte", async ({ fn, wait }) => {
    const main = fn("main", function* () {
      const reader = fed(["abc"]);
      const got = [String(yield* wait(reader.read(2))), String(yield* wait(reader.read(100)))];
      const waiting = createTask(reader.read(10));
      yield* wait(sleep(1));
      reader.feedData(bytes("later"));
      got.push(String(yield* wait(waiting)), String(yield* wait(reader.read(0))));
      return got;
    });
    assert.deepEqual(await runWithVirtualTime(main()), ["ab", "c", "later", ""]);
  });

  test(
    "a read without a count gives all up to the end, however much that is, and never pauses the stream",
    inLoop(function* () {
      const reader = new StreamReader({ limit: 2 });
      const from = source();
      reader.setSource(from);
      const all = createTask(reader.read());
      yield* sleep(0);
      for (const chunk of ["hello ", "world ", "again"]) {
        reader.feedData(bytes(chunk));
        yield* sleep(0);
      }
      reader.feedEof();
      assert.equal(String(yield* all), "hello world again");
      assert.deepEqual([from.asked, reader.atEof()], [[], true]);
    }),
  );

  test(
    "the stream is paused above twice the limit, and goes on when it is down to the limit",
    inLoop(function* () {
      const reader = new StreamReader({ limit: 4 });
      const from = source();
      reader.setSource(from);
      reader.feedData(bytes("12345678"));
      assert.deepEqual(from.asked, []);
      reader.feedData(bytes("9"));
      assert.deepEqual(from.asked, ["pause"]);
      yield* reader.read(4);
      assert.deepEqual(from.asked, ["pause"]);
      yield* reader.read(1);
      assert.deepEqual(from.asked, ["pause", "resume"]);
    }),
  );

  test(
    "readExactly may be more than the limit: the stream is not paused before it has come",
    inLoop(function* () {
      const reader = new StreamReader({ limit: 2 });
      const from = source();
      reader.setSource(from);
      const exact = createTask(reader.readExactly(9));
      yield* sleep(0);
      for (const chunk of ["123", "456", "7890"]) reader.feedData(bytes(chunk));
      assert.equal(String(yield* exact), "123456789");
      assert.deepEqual([from.asked, String(yield* reader.read(9))], [["pause", "resume"], "0"]);
    }),
  );

  test(
    "readExactly at the end of the stream tells what it has and what was asked for, and takes it",
    inLoop(function* () {
      const reader = fed(["abc"], { ended: true });
      try {
        yield* reader.readExactly(5);
        assert.fail("nothing was thrown");
      } catch (error) {
        assert.ok(error instanceof IncompleteReadError);
        assert.deepEqual([String(error.partial), error.expected, error.code], ["abc", 5, "TSYNCIO_INCOMPLETE_READ"]);
        assert.equal(error.message, "the stream ended after 3 bytes, and 5 bytes had been asked for");
      }
      assert.ok(reader.atEof());
      assert.equal((yield* reader.readExactly(0)).length, 0);
    }),
  );

  test(
    "lines keep their line feed; the last one may have none; then comes nothing",
    inLoop(function* () {
      const reader = fed(["one\ntw", "o\nthree"], { ended: true });
      const lines = [];
      for (let count = 0; count < 4; count++) lines.push(String(yield* reader.readLine()));
      assert.deepEqual(lines, ["one\n", "two\n", "three", ""]);
    }),
  );

  test(
    "a line over the limit is an error that says what to do; it is dropped, and the next one follows",
    inLoop(function* () {
      const reader = fed(["123456789\nshort\n"], { limit: 5 });
      assert.equal(
        yield* outcome(reader.readLine()),
        "LimitOverrunError: a line is longer than 5 bytes; give a larger limit",
      );
      assert.equal(String(yield* reader.readLine()), "short\n");
      const endless = fed(["123456789"], { limit: 5 });
      yield* outcome(endless.readLine());
      endless.feedData(bytes("a\n"));
      assert.equal(String(yield* endless.readLine()), "a\n");
    }),
  );

  test(
    "readUntil over the limit is a LimitOverrunError, and all is still to be read",
    inLoop(function* () {
      for (const chunks of [["123456789;"], ["123456789"]]) {
        const reader = fed(chunks, { limit: 5 });
        try {
          yield* reader.readUntil(";");
          assert.fail("nothing was thrown");
        } catch (error) {
          assert.ok(error instanceof LimitOverrunError);
          assert.deepEqual([error.consumed, error.code], [9, "TSYNCIO_LIMIT_OVERRUN"]);
        }
        assert.equal(String(yield* reader.read(100)), chunks[0]);
      }
    }),
  );

  test(
    "readUntil at the end of the stream tells what there was",
    inLoop(function* () {
      const reader = fed(["abc"], { ended: true });
      assert.equal(
        yield* outcome(reader.readUntil(";")),
        "IncompleteReadError: the stream ended after 3 bytes, and a separator had been asked for",
      );
      assert.ok(reader.atEof());
    }),
  );

  test(
    "a separator that is split over chunks is found",
    inLoop(function* () {
      const reader = new StreamReader();
      const read = createTask(reader.readUntil("END"));
      for (const chunk of ["a", "E", "N", "bE", "N", "Dc"]) {
        yield* sleep(1);
        reader.feedData(bytes(chunk));
      }
      assert.deepEqual([String(yield* read), String(yield* reader.read(9))], ["aENbEND", "c"]);
    }),
  );

  test(
    "of several separators the one that ends first counts, and of those the shortest",
    inLoop(function* () {
      const first = fed(["one;two\r\n"]);
      assert.equal(String(yield* first.readUntil(["\r\n", ";"])), "one;");
      // Both end at the same byte; what counts for the limit is what stands before the shorter one.
      const tie = fed(["12345\r\n"], { limit: 5 });
      assert.match(String(yield* outcome(tie.readUntil(["\r\n", "\n"]))), /LimitOverrunError/);
      const longest = fed(["aXYZ"]);
      assert.equal(String(yield* longest.readUntil(["XYZ", "XY"])), "aXY");
    }),
  );

  test(
    "two tasks cannot read at once: the second is told so, and the first goes on",
    inLoop(function* () {
      const reader = new StreamReader();
      const first = createTask(reader.readLine());
      yield* sleep(0);
      assert.equal(
        yield* outcome(reader.readLine()),
        "InvalidStateError: another task is reading from the stream already",
      );
      reader.feedData(bytes("line\n"));
      assert.equal(String(yield* first), "line\n");
    }),
  );

  for (const how of ["read", "readExactly", "readUntil", "readLine"] as const) {
    test(
      `a ${how}() that is cancelled loses nothing: while it waits, and in the same iteration in which it was woken`,
      inLoop(function* () {
        const begin = (reader: StreamReader) =>
          how === "readExactly" ? reader.readExactly(6) : how === "read" ? reader.read() : reader[how]();
        const reader = new StreamReader();
        const waiting = createTask(begin(reader));
        yield* sleep(0);
        reader.feedData(bytes("abc"));
        yield* sleep(1);
        waiting.cancel();
        yield* outcome(waiting);
        const woken = createTask(begin(reader));
        yield* sleep(0);
        reader.feedData(bytes("def\n"));
        if (how === "read") reader.feedEof();
        woken.cancel();
        assert.equal(yield* outcome(woken), "cancelled");
        assert.equal(String(yield* reader.readLine()), "abcdef\n");
      }),
    );
  }

  test(
    "what the stream has failed with is thrown by the read that waits and by every later one",
    inLoop(function* () {
      const reader = new StreamReader();
      const waiting = createTask(reader.readLine());
      yield* sleep(0);
      reader.setException(new Error("reset"));
      const got = [yield* outcome(waiting), yield* outcome(reader.read(1)), yield* outcome(reader.readExactly(1))];
      assert.deepEqual(got, ["Error: reset", "Error: reset", "Error: reset"]);
      assert.match(String(reader.exception()), /reset/);
    }),
  );

  test("an iteration gives the lines; lines() gives them as text without their ends", async () => {
    const raw: string[] = [];
    const text: unknown[] = [];
    const main = lowered("main", function* () {
      yield forAwaitLoop(fed(["a\nb"], { ended: true }), function* (line) {
        raw.push(String(line));
      });
      yield forAwaitLoop(fed(["one\r\n", "\ntwo\n"], { ended: true }).lines(), function* (line) {
        text.push(line);
      });
    });
    await runWithVirtualTime(main());
    assert.deepEqual(
      [raw, text],
      [
        ["a\n", "b"],
        ["one", "", "two"],
      ],
    );
  });

  test("bad arguments are told at once", () => {
    const reader = new StreamReader();
    assert.throws(() => new StreamReader({ limit: 0 }), /the limit of a StreamReader is a whole number from 1, not 0/);
    assert.throws(() => reader.read(1.5), /read takes a whole number of bytes, not 1.5/);
    assert.throws(() => reader.readExactly(-1), /what readExactly takes is a whole number from 0, not -1/);
    assert.throws(() => reader.readUntil(""), /a separator has at least one byte/);
    assert.throws(() => reader.readUntil(7 as never), /a separator is text or bytes, not 7/);
    reader.feedEof();
    assert.throws(() => reader.feedData(bytes("x")), InvalidStateError);
  });

  test(
    "a read from a stream of the platform holds a virtual clock; one that the program feeds does not",
    inLoop(function* () {
      const held = new StreamReader();
      held.setSource(source());
      setImmediate(() => held.feedData(bytes("late\n")));
      assert.equal(String(yield* moveOnAfter("5s", () => held.readLine())), "late\n");
      assert.equal(yield* moveOnAfter("5s", () => new StreamReader().readLine()), undefined);
    }),
  );
});
