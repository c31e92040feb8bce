/**
 * Async functions as `tsc` and Babel lower them: a generator whose `yield x` is the user's `await x` and nothing else, so that errors have
 * to be thrown into it, and no line of the await is known.
 *
 * What the helpers are given has no name and no place. So one site stands for all functions of a name, the line of a call is captured for
 * the first hundred coroutines of all of them, and a report names that line.
 */
import type { CodeSite } from "../kernel/codeSite.js";
import type { Coroutine } from "../kernel/coroutine.js";
import type { Resumable } from "../kernel/frame.js";
import { FrameCoroutine } from "../kernel/frameCoroutine.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { programSite } from "../kernel/programSite.js";
import { resumePlain } from "../kernel/raised.js";

/** What a stock generator function makes. `__generator` makes objects of that shape. */
export type StockBody = Generator<unknown, unknown, unknown>;

const sites: Map<string, CodeSite> = new Map();

/** The site of all functions of this name. */
export function siteOf(name: string, kind: string): CodeSite {
  const known = name || kind;
  let site = sites.get(known);
  if (site === undefined) {
    site = programSite(known, "", true);
    sites.set(known, site);
  }
  return site;
}

type StockFunction = (...args: never[]) => StockBody;

/** The function is called when the coroutine begins, since its parameters can have defaults and patterns, which run code. */
class PlainBody implements Resumable {
  readonly #fn: StockFunction;
  readonly #self: unknown;
  readonly #args: ArrayLike<unknown>;
  body: StockBody | null = null;

  constructor(fn: StockFunction, self: unknown, args: ArrayLike<unknown>) {
    this.#fn = fn;
    this.#self = self;
    this.#args = args;
  }

  next(value: unknown): IteratorResult<unknown, unknown> {
    if (this.body !== null) return resumePlain(this.body, value);
    this.body = Reflect.apply(this.#fn, this.#self, this.#args) as StockBody;
    return this.body.next(undefined);
  }

  throw(error: unknown): never {
    throw error;
  }

  return(value: unknown): IteratorResult<unknown, unknown> {
    return this.body === null ? { value, done: true } : this.body.return(value);
  }
}

/**
 * A coroutine of a stock generator function.
 *
 * @param above - the helper that was called: what stands above it in the stack made the coroutine
 */
export function stockCoroutine(
  fn: StockFunction,
  self: unknown,
  args: ArrayLike<unknown>,
  above: (...args: never[]) => unknown,
): Coroutine<unknown> {
  const site = siteOf(fn.name, "(async function)");
  return noteCreated(new FrameCoroutine<unknown>(site, new PlainBody(fn, self, args)), above);
}
