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

/** The name is written out, since minified classes have none. */
function mark(target: abstract new (...args: never[]) => Error, name: string, code: string): void {
  brand(target, `tsyncio.error.${code}`);
  const hidden = { configurable: true, writable: true };
  Object.defineProperties(target.prototype, {
    code: { value: code, ...hidden },
    name: { value: name, ...hidden },
  });
}

mark(CancelledError, "CancelledError", "TSYNCIO_CANCELLED");
mark(TimeoutError, "TimeoutError", "TSYNCIO_TIMEOUT");
mark(InvalidStateError, "InvalidStateError", "TSYNCIO_INVALID_STATE");
mark(DeadlockError, "DeadlockError", "TSYNCIO_DEADLOCK");
mark(ExceptionGroup, "ExceptionGroup", "TSYNCIO_EXCEPTION_GROUP");

/** One error as it is, several as a group; used where clean-ups failed. */
export function oneOrGroup(message: string, errors: readonly unknown[]): unknown {
  return errors.length === 1 ? errors[0] : new ExceptionGroup(message, errors);
}
