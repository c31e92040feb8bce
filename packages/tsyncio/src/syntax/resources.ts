/**
 * `using` and `await using` of lowered code: a stack of what to dispose of at the end of a block, in reverse order.
 *
 * Errors are kept as the language has it: a later one wraps the earlier one in a `SuppressedError` (made here where the platform has
 * none). Synchronous disposals run without a wait, as far as possible; from the first asynchronous one on, the rest is a coroutine.
 */
import type { Coroutine } from "../kernel/coroutine.js";
import { hidden } from "../kernel/hidden.js";

interface Resource {
  readonly value: unknown;
  readonly dispose: ((this: unknown) => unknown) | undefined;
  readonly async: boolean;
}

type SuppressedErrorClass = new (error: unknown, suppressed: unknown, message?: string) => Error;

function suppress(error: unknown, suppressed: unknown): unknown {
  const { SuppressedError } = globalThis as unknown as { SuppressedError?: SuppressedErrorClass };
  const message = "an error was suppressed during disposal";
  if (SuppressedError !== undefined) return new SuppressedError(error, suppressed, message);
  const made = new Error(message);
  return Object.defineProperties(made, {
    name: { value: "SuppressedError", configurable: true, writable: true },
    error: { value: error, configurable: true, writable: true },
    suppressed: { value: suppressed, configurable: true, writable: true },
  });
}

function withoutResult(sync: (this: unknown) => unknown): (this: unknown) => unknown {
  return function (this: unknown) {
    sync.call(this);
  };
}

export class Resources {
  readonly #stack: Resource[] = [];
  #failure: { error: unknown } | null = null;

  use<T>(value: T): T {
    this.#add(value, false);
    return value;
  }

  useAsync<T>(value: T): T {
    this.#add(value, true);
    return value;
  }

  #add(value: unknown, async: boolean): void {
    if (value === null || value === undefined) {
      // `await using x = null` waits once at the end of the block, and disposes of nothing.
      if (async) this.#stack.push({ value, dispose: undefined, async });
      return;
    }
    const holder = value as Partial<AsyncDisposable & Disposable>;
    let dispose: ((this: unknown) => unknown) | undefined;
    if (typeof value === "object" || typeof value === "function") {
      dispose = (async ? holder[Symbol.asyncDispose] : undefined) as typeof dispose;
      if (dispose === undefined || dispose === null) {
        const sync = holder[Symbol.dispose] as ((this: unknown) => unknown) | undefined;
        // What a synchronous dispose returns is not awaited.
        dispose = typeof sync === "function" ? withoutResult(sync) : undefined;
      }
    }
    if (typeof dispose !== "function") {
      throw new TypeError(
        `the value of \`${async ? "await using" : "using"}\` has no [Symbol.${async ? "asyncDispose] or [Symbol.dispose" : "dispose"}] method`,
      );
    }
    this.#stack.push({ value, dispose, async });
  }

  fail(error: unknown): void {
    this.#failure = { error: this.#failure === null ? error : suppress(error, this.#failure.error) };
  }

  end(): Coroutine<void> | undefined {
    const stack = this.#stack;
    while (stack.length > 0 && !(stack[stack.length - 1] as Resource).async) this.#disposeSync(stack.pop() as Resource);
    if (stack.length > 0) return disposeRest(this);
    this.#raise();
    return undefined;
  }

  #disposeSync(resource: Resource): unknown {
    try {
      return resource.dispose?.call(resource.value);
    } catch (error) {
      this.fail(error);
      return undefined;
    }
  }

  #raise(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }

  /** @internal Disposes of what is left, and raises. */
  *rest(): Generator<unknown, void, unknown> {
    const stack = this.#stack;
    for (let resource = stack.pop(); resource !== undefined; resource = stack.pop()) {
      const disposed = this.#disposeSync(resource);
      if (!resource.async) continue;
      try {
        yield disposed;
      } catch (error) {
        this.fail(error);
      }
    }
    this.#raise();
  }
}

const disposeRest = hidden("await using", (resources: Resources) => resources.rest());

/** Begins a block that disposes of resources. */
export function resources(): Resources {
  return new Resources();
}
