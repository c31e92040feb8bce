/**
 * Async generators as `tsc` and Babel lower them: generators that yield what they await inside of a mark, and what they give to their
 * consumer as it is. Here that is turned round, into what `asyncGenerator` takes.
 */
import { resumePlain } from "../kernel/raised.js";
import { isAwaitable } from "../kernel/toFuture.js";
import { asyncGenerator, Delegated, yielded } from "./asyncGenerator.js";
import { type StockBody, siteOf } from "./stockFunctions.js";

class Awaited {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

/** `await value` inside of an async generator. */
export function awaited(value: unknown): object {
  return new Awaited(value);
}

class MarkedBody {
  body: StockBody;

  constructor(body: StockBody) {
    this.body = body;
  }

  next(value: unknown): IteratorResult<unknown, unknown> {
    return this.#turned(resumePlain(this.body, value));
  }

  throw(error: unknown): IteratorResult<unknown, unknown> {
    return this.#turned(this.body.throw(error));
  }

  return(value: unknown): IteratorResult<unknown, unknown> {
    return this.#turned(this.body.return(value));
  }

  #turned(result: IteratorResult<unknown, unknown>): IteratorResult<unknown, unknown> {
    const { value } = result;
    if (value instanceof Awaited) return { value: value.value, done: false };
    if (result.done !== true) return value instanceof Delegated ? result : { value: yielded(value), done: false };
    if (!isAwaitable(value)) return result;
    this.body = returning(value);
    return this.next(undefined);
  }
}

/** What an async generator returns is awaited; Babel leaves that to its helper. */
function* returning(value: unknown): StockBody {
  return yield new Awaited(value);
}

/** An async generator whose stock generator function is called by its first request. */
export function stockGenerator(
  fn: (...args: never[]) => StockBody,
  self: unknown,
  args: ArrayLike<unknown>,
): AsyncGenerator<unknown, unknown, unknown> {
  // `tsc` calls the generator function of `gen` gen_1.
  const site = siteOf(fn.name.replace(/_\d+$/, ""), "(async generator)");
  const make = (): unknown => new MarkedBody(Reflect.apply(fn, self, args));
  return asyncGenerator(site, make as () => StockBody, undefined, []);
}
