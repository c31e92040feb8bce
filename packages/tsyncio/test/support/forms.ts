/** The two forms of a coroutine, so that a test is written once and proves its sentence for both. */
import { test } from "node:test";
import { type Awaitable, type Coroutine, coroutine, until } from "tsyncio";
import { aw, co, site } from "tsyncio/syntax";

export interface Form {
  readonly name: "generator" | "lowered";
  /** Makes a coroutine function. The body awaits by `yield* form.wait(x)`. */
  fn<A extends unknown[], T>(
    name: string,
    body: (...args: A) => Generator<unknown, T, any>,
  ): (...args: A) => Coroutine<T>;
  wait<T>(awaitable: Awaitable<T> | T): Generator<unknown, T, unknown>;
}

const generatorForm: Form = {
  name: "generator",
  fn(name, body) {
    Object.defineProperty(body, "name", { value: name });
    return coroutine(body) as never;
  },
  wait: (awaitable) => (isIterable(awaitable) ? awaitable : until(awaitable as Awaitable<unknown>)) as never,
};

/** Promises and foreign thenables cannot be asked by `yield*`. */
function isIterable(value: unknown): boolean {
  return Symbol.iterator in Object(value);
}

/** `aw(yield x)`, as the pass writes it, in a form that `yield*` takes. It has no `return`: the frame that waits is what is unwound. */
class LoweredAwait {
  readonly #awaitable: unknown;
  #asked = false;
  constructor(awaitable: unknown) {
    this.#awaitable = awaitable;
  }
  [Symbol.iterator](): this {
    return this;
  }
  next(resumed: unknown): IteratorResult<unknown, unknown> {
    if (this.#asked) return { value: aw(resumed), done: true };
    this.#asked = true;
    return { value: this.#awaitable, done: false };
  }
}

const loweredForm: Form = {
  name: "lowered",
  fn(name, body) {
    const codeSite = site(name, import.meta.url, 1, 1);
    return (...args) => co(codeSite, body(...args) as Generator<unknown, never, unknown>);
  },
  wait: (awaitable) => new LoweredAwait(awaitable) as never,
};

export const forms: readonly Form[] = [generatorForm, loweredForm];

/** Two tests of one sentence. */
export function inBothForms(sentence: string, check: (form: Form) => unknown): void {
  for (const form of forms) {
    test(`${sentence} (${form.name} form)`, async () => {
      await check(form);
    });
  }
}

/** An async function as the pass would emit it. */
export function lowered<A extends unknown[], T>(
  name: string,
  body: (...args: A) => Generator<unknown, T, any>,
): (...args: A) => Coroutine<T> {
  return loweredForm.fn(name, body);
}
