/** Several errors at once. */
import { mark } from "./errorClass.js";

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

mark(ExceptionGroup, "ExceptionGroup");

/** One error as it is, several as a group; used where clean-ups failed. */
export function oneOrGroup(message: string, errors: readonly unknown[]): unknown {
  return errors.length === 1 ? errors[0] : new ExceptionGroup(message, errors);
}
