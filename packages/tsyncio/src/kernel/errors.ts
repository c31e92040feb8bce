/**
 * Every error class of the package, in one table.
 *
 * Each class has a stable `code` for programs, a message that says what to do for people, and a brand: `instanceof` looks for
 * the brand and not for the prototype, so that an error made by a second copy of the package in the same process is recognised.
 * Instances are never shared: a stack tells where this one was made.
 */

import { brand } from "./brand.js";
import { show } from "./unfit.js";

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

/** The time given by `withTimeout` or `waitFor` ran out (source: `asyncio.TimeoutError`). */
export class TimeoutError extends Error {
  declare readonly code: "TSYNCIO_TIMEOUT";
}

/** The object is not in a state that allows the call (source: `asyncio.InvalidStateError`). */
export class InvalidStateError extends Error {
  declare readonly code: "TSYNCIO_INVALID_STATE";
}

/** Nothing is ready, no timer is set and nothing outside can wake the program: it would wait for ever. */
export class DeadlockError extends Error {
  declare readonly code: "TSYNCIO_DEADLOCK";
}

/** `getNowait()` found nothing (source: `asyncio.QueueEmpty`). */
export class QueueEmpty extends Error {
  declare readonly code: "TSYNCIO_QUEUE_EMPTY";
}

/** `putNowait()` found no room (source: `asyncio.QueueFull`). */
export class QueueFull extends Error {
  declare readonly code: "TSYNCIO_QUEUE_FULL";
}

/** The queue was shut down: it takes nothing, and has nothing left to give (source: `asyncio.QueueShutDown`). */
export class QueueShutDown extends Error {
  declare readonly code: "TSYNCIO_QUEUE_SHUT_DOWN";
}

/** The barrier was broken by `abort()`, or reset while tasks waited at it (source: `asyncio.BrokenBarrierError`). */
export class BrokenBarrierError extends Error {
  declare readonly code: "TSYNCIO_BROKEN_BARRIER";
}

/** One's own end was closed, before the call or while it waited (source: `trio.ClosedResourceError`). */
export class ClosedResourceError extends Error {
  declare readonly code: "TSYNCIO_CLOSED_RESOURCE";
}

/** All of the other end is closed: nobody would receive what is sent (source: `trio.BrokenResourceError`). */
export class BrokenResourceError extends Error {
  declare readonly code: "TSYNCIO_BROKEN_RESOURCE";
}

/** All senders are closed, and everything that they sent was received (source: `trio.EndOfChannel`). */
export class EndOfChannel extends Error {
  declare readonly code: "TSYNCIO_END_OF_CHANNEL";
}

/** It cannot be done at once (source: `trio.WouldBlock`). */
export class WouldBlock extends Error {
  declare readonly code: "TSYNCIO_WOULD_BLOCK";
}

/**
 * Several errors at once: of the children of a task group, or of clean-ups (source: Python's `ExceptionGroup`).
 *
 * @example
 * ```ts
 * const [timeouts, others] = group.split((error) => error instanceof TimeoutError);
 * ```
 */
export class ExceptionGroup extends AggregateError {
  declare readonly code: "TSYNCIO_EXCEPTION_GROUP";
  readonly #title: string;

  constructor(message: string, errors: Iterable<unknown>, options?: ErrorOptions) {
    const list = [...errors];
    if (list.length === 0) throw new TypeError("an ExceptionGroup needs an error");
    super(list, `${message} (${list.length} sub-exception${list.length === 1 ? "" : "s"})`, options);
    this.#title = message;
  }

  /**
   * The same tree with only the errors that match, or `null` where none does.
   *
   * @param matches - asked for each error that is not itself a group
   */
  subgroup(matches: (error: unknown) => boolean): ExceptionGroup | null {
    return this.split(matches)[0];
  }

  /** Two trees of the same shape: the errors that match, and the others; `null` where there are none. */
  split(matches: (error: unknown) => boolean): [ExceptionGroup | null, ExceptionGroup | null] {
    const yes: unknown[] = [];
    const no: unknown[] = [];
    for (const error of this.errors as unknown[]) {
      if (error instanceof ExceptionGroup) {
        const [inner, rest] = error.split(matches);
        if (inner) yes.push(inner);
        if (rest) no.push(rest);
      } else (matches(error) ? yes : no).push(error);
    }
    return [this.#derive(yes), this.#derive(no)];
  }

  /** With the same title and cause. */
  #derive(errors: unknown[]): ExceptionGroup | null {
    return errors.length === 0 ? null : new ExceptionGroup(this.#title, errors, this as ErrorOptions);
  }
}

/**
 * The name is written out, since minified classes have none; the code follows from it. `message` is that of an error made without one;
 * it tells what to do.
 */
function mark(target: abstract new (...args: never[]) => Error, name: string, message = ""): void {
  const code = `TSYNCIO${name
    .replace(/Error$/, "")
    .replace(/[A-Z]/g, "_$&")
    .toUpperCase()}`;
  brand(target, `tsyncio.error.${code}`);
  const hidden = { configurable: true, writable: true };
  Object.defineProperties(target.prototype, {
    code: { value: code, ...hidden },
    name: { value: name, ...hidden },
    message: { value: message, ...hidden },
  });
}

mark(CancelledError, "CancelledError");
mark(TimeoutError, "TimeoutError");
mark(InvalidStateError, "InvalidStateError");
mark(DeadlockError, "DeadlockError");
mark(QueueEmpty, "QueueEmpty", "the queue is empty; await get() to wait for an item");
mark(QueueFull, "QueueFull", "the queue is full; await put() to wait for room");
mark(QueueShutDown, "QueueShutDown", "the queue was shut down; stop using it");
mark(BrokenBarrierError, "BrokenBarrierError", "the barrier is broken; reset() it to use it again");
mark(ClosedResourceError, "ClosedResourceError", "this end was closed; give each user a clone() to close");
mark(BrokenResourceError, "BrokenResourceError", "nobody is left to receive; stop sending");
mark(EndOfChannel, "EndOfChannel", "nobody is left to send; stop receiving");
mark(WouldBlock, "WouldBlock", "it would have to wait; await send() or receive()");
mark(ExceptionGroup, "ExceptionGroup");

/** One error as it is, several as a group; used where clean-ups failed. */
export function oneOrGroup(message: string, errors: readonly unknown[]): unknown {
  return errors.length === 1 ? errors[0] : new ExceptionGroup(message, errors);
}
