/**
 * Every error class of the package, in one table; `errorClass.ts` says what they have in common.
 * Instances are never shared: a stack tells where this one was made.
 */
import { type CodedError, type ErrorClass, errorClass, mark } from "./errorClass.js";
import { show } from "./unfit.js";

export { ExceptionGroup } from "./exceptionGroup.js";

/**
 * The awaited task or future was cancelled by somebody else (source: `asyncio.CancelledError`).
 *
 * One's own cancellation is never thrown: the task is unwound instead, and no `catch` sees it.
 */
export class CancelledError extends Error {
  declare readonly code: "TSYNCIO_CANCELLED";
  /** What `cancel(reason)` was called with. */
  readonly reason: unknown;
  constructor(reason?: unknown) {
    super(reason === undefined ? "cancelled" : `cancelled: ${typeof reason === "string" ? reason : show(reason)}`);
    this.reason = reason;
  }
}

mark(CancelledError, "CancelledError");

/** The time given by `withTimeout` or `waitFor` ran out (source: `asyncio.TimeoutError`). */
export const TimeoutError: ErrorClass<"TSYNCIO_TIMEOUT"> = /* @__PURE__ */ errorClass("TimeoutError");
export type TimeoutError = CodedError<"TSYNCIO_TIMEOUT">;

/** The object is not in a state that allows the call (source: `asyncio.InvalidStateError`). */
export const InvalidStateError: ErrorClass<"TSYNCIO_INVALID_STATE"> = /* @__PURE__ */ errorClass("InvalidStateError");
export type InvalidStateError = CodedError<"TSYNCIO_INVALID_STATE">;

/** Nothing is ready, no timer is set and nothing outside can wake the program: it would wait for ever. */
export const DeadlockError: ErrorClass<"TSYNCIO_DEADLOCK"> = /* @__PURE__ */ errorClass("DeadlockError");
export type DeadlockError = CodedError<"TSYNCIO_DEADLOCK">;

/** `getNowait()` found nothing (source: `asyncio.QueueEmpty`). */
export const QueueEmpty: ErrorClass<"TSYNCIO_QUEUE_EMPTY"> = /* @__PURE__ */ errorClass(
  "QueueEmpty",
  "the queue is empty; await get()",
);
export type QueueEmpty = CodedError<"TSYNCIO_QUEUE_EMPTY">;

/** `putNowait()` found no room (source: `asyncio.QueueFull`). */
export const QueueFull: ErrorClass<"TSYNCIO_QUEUE_FULL"> = /* @__PURE__ */ errorClass(
  "QueueFull",
  "the queue is full; await put()",
);
export type QueueFull = CodedError<"TSYNCIO_QUEUE_FULL">;

/** The queue was shut down: it takes nothing, and has nothing left to give (source: `asyncio.QueueShutDown`). */
export const QueueShutDown: ErrorClass<"TSYNCIO_QUEUE_SHUT_DOWN"> = /* @__PURE__ */ errorClass(
  "QueueShutDown",
  "the queue was shut down",
);
export type QueueShutDown = CodedError<"TSYNCIO_QUEUE_SHUT_DOWN">;

/** The barrier was broken by `abort()`, or reset while tasks waited at it (source: `asyncio.BrokenBarrierError`). */
export const BrokenBarrierError: ErrorClass<"TSYNCIO_BROKEN_BARRIER"> = /* @__PURE__ */ errorClass(
  "BrokenBarrierError",
  "the barrier is broken; reset() it",
);
export type BrokenBarrierError = CodedError<"TSYNCIO_BROKEN_BARRIER">;

/** One's own end was closed, before the call or while it waited (source: `trio.ClosedResourceError`). */
export const ClosedResourceError: ErrorClass<"TSYNCIO_CLOSED_RESOURCE"> = /* @__PURE__ */ errorClass(
  "ClosedResourceError",
  "this end was closed; give each user a clone()",
);
export type ClosedResourceError = CodedError<"TSYNCIO_CLOSED_RESOURCE">;

/** All of the other end is closed: nobody would receive what is sent (source: `trio.BrokenResourceError`). */
export const BrokenResourceError: ErrorClass<"TSYNCIO_BROKEN_RESOURCE"> = /* @__PURE__ */ errorClass(
  "BrokenResourceError",
  "nobody is left to receive",
);
export type BrokenResourceError = CodedError<"TSYNCIO_BROKEN_RESOURCE">;

/** All senders are closed, and everything that they sent was received (source: `trio.EndOfChannel`). */
export const EndOfChannel: ErrorClass<"TSYNCIO_END_OF_CHANNEL"> = /* @__PURE__ */ errorClass(
  "EndOfChannel",
  "nobody is left to send",
);
export type EndOfChannel = CodedError<"TSYNCIO_END_OF_CHANNEL">;

/** It cannot be done at once (source: `trio.WouldBlock`). */
export const WouldBlock: ErrorClass<"TSYNCIO_WOULD_BLOCK"> = /* @__PURE__ */ errorClass(
  "WouldBlock",
  "it would have to wait; await it",
);
export type WouldBlock = CodedError<"TSYNCIO_WOULD_BLOCK">;
