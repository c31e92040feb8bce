import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  BrokenBarrierError,
  BrokenResourceError,
  CancelledError,
  ClosedResourceError,
  DeadlockError,
  EndOfChannel,
  ExceptionGroup,
  InvalidStateError,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  TimeoutError,
  WouldBlock,
} from "tsyncio";

describe("errors", () => {
  test("each class has its name, a stable code, and is an Error", () => {
    const table = [
      [new CancelledError(), "CancelledError", "TSYNCIO_CANCELLED"],
      [new TimeoutError(), "TimeoutError", "TSYNCIO_TIMEOUT"],
      [new InvalidStateError("x"), "InvalidStateError", "TSYNCIO_INVALID_STATE"],
      [new DeadlockError("x"), "DeadlockError", "TSYNCIO_DEADLOCK"],
      [new ExceptionGroup("x", [1]), "ExceptionGroup", "TSYNCIO_EXCEPTION_GROUP"],
      [new QueueEmpty(), "QueueEmpty", "TSYNCIO_QUEUE_EMPTY"],
      [new QueueFull(), "QueueFull", "TSYNCIO_QUEUE_FULL"],
      [new QueueShutDown(), "QueueShutDown", "TSYNCIO_QUEUE_SHUT_DOWN"],
      [new BrokenBarrierError(), "BrokenBarrierError", "TSYNCIO_BROKEN_BARRIER"],
      [new ClosedResourceError(), "ClosedResourceError", "TSYNCIO_CLOSED_RESOURCE"],
      [new BrokenResourceError(), "BrokenResourceError", "TSYNCIO_BROKEN_RESOURCE"],
      [new EndOfChannel(), "EndOfChannel", "TSYNCIO_END_OF_CHANNEL"],
      [new WouldBlock(), "WouldBlock", "TSYNCIO_WOULD_BLOCK"],
    ] as const;
    for (const [error, name, code] of table) {
      assert.ok(error instanceof Error);
      assert.deepEqual([error.name, error.code], [name, code]);
      assert.deepEqual(
        Object.keys(error).filter((key) => key !== "reason"),
        [],
      );
    }
    assert.equal(new Set(table.map(([, , code]) => code)).size, table.length);
  });

  test("instanceof tells the classes apart, and accepts what bears the brand of another copy of the package", () => {
    assert.equal(new TimeoutError() instanceof CancelledError, false);
    assert.equal(new Error("x") instanceof TimeoutError, false);
    assert.equal((null as unknown) instanceof TimeoutError, false);
    const foreign = Object.assign(new Error("x"), { [Symbol.for("tsyncio.error.TSYNCIO_TIMEOUT")]: true });
    assert.equal(foreign instanceof TimeoutError, true);
  });

  test("one that is made without a message says what to do, also in its stack; a message given goes before", () => {
    assert.equal(new QueueFull().message, "the queue is full; await put()");
    assert.match(new QueueFull().stack ?? "", /^(QueueFull|Error): the queue is full; await put\(\)\n/);
    assert.equal(new QueueFull("mine").message, "mine");
    assert.equal(new TimeoutError().message, "");
  });

  test("a subclass does not accept what is not its own", () => {
    class Mine extends TimeoutError {}
    assert.equal(new Mine() instanceof Mine, true);
    assert.equal(new Mine() instanceof TimeoutError, true);
    assert.equal(new TimeoutError() instanceof Mine, false);
  });

  test("CancelledError has the reason, and tells it", () => {
    const reason = { toString: () => "because" };
    assert.equal(new CancelledError(reason).reason, reason);
    assert.match(new CancelledError(reason).message, /because/);
    assert.doesNotThrow(() => new CancelledError(Object.create(null)));
    assert.doesNotThrow(() => new CancelledError(Symbol("s")));
  });
});

describe("ExceptionGroup", () => {
  const [a, b, c] = [new TypeError("a"), new RangeError("b"), new TypeError("c")];
  const group = new ExceptionGroup("outer", [a, new ExceptionGroup("inner", [b, c])], { cause: "cause" });
  const isTypeError = (error: unknown): boolean => error instanceof TypeError;

  test("is an AggregateError with its errors in order and their number in the message", () => {
    assert.ok(group instanceof AggregateError);
    assert.equal(group.errors[0], a);
    assert.equal(group.message, "outer (2 sub-exceptions)");
    assert.equal(new ExceptionGroup("one", [a]).message, "one (1 sub-exception)");
  });

  test("needs at least one error", () => {
    assert.throws(() => new ExceptionGroup("none", []), TypeError);
  });

  test("split gives two trees of the same shape, with message and cause", () => {
    const [yes, no] = group.split(isTypeError);
    assert.deepEqual(
      yes?.errors.map((error: Error) => error.message),
      ["a", "inner (1 sub-exception)"],
    );
    assert.equal(yes?.errors[1].errors[0], c);
    assert.equal(no?.errors.length, 1);
    assert.equal(no?.errors[0].errors[0], b);
    assert.deepEqual([yes?.cause, no?.cause], ["cause", "cause"]);
    assert.match(yes?.message ?? "", /^outer/);
  });

  test("split and subgroup give null where nothing matches", () => {
    assert.equal(
      group.subgroup(() => false),
      null,
    );
    assert.equal(group.split(() => true)[1], null);
    assert.equal(group.subgroup((error) => error === b)?.errors[0].errors[0], b);
  });

  test("the original is left as it is", () => {
    group.split(isTypeError);
    assert.equal(group.errors.length, 2);
    assert.equal(group.errors[1].errors.length, 2);
  });
});
