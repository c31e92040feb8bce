/**
 * The helpers that stripped code refers to: legacy decorators, and `using` outside of async functions on engines that
 * lack it. Their names and signatures are Babel's, as oxc emits them.
 */

type Decorate = (target: object, key?: PropertyKey, descriptor?: PropertyDescriptor) => unknown;

/** Applies legacy decorators, the last one first. */
export function decorate(
  decorators: readonly Decorate[],
  target: object,
  key?: PropertyKey,
  descriptor?: PropertyDescriptor | null | undefined,
): unknown {
  const isMember = key !== undefined;
  const own = descriptor === null ? Object.getOwnPropertyDescriptor(target, key as PropertyKey) : descriptor;
  let result: unknown = isMember ? own : target;
  for (const decorator of [...decorators].reverse()) {
    const next = isMember ? decorator(target, key, result as PropertyDescriptor) : decorator(result as object);
    result = next || result;
  }
  if (isMember && result) Object.defineProperty(target, key, result as PropertyDescriptor);
  return result;
}

/** Makes a decorator of a parameter one of its method or class. */
export function decorateParam(
  index: number,
  decorator: (target: object, key: PropertyKey | undefined, index: number) => void,
): Decorate {
  return (target, key) => decorator(target, key, index);
}

/** Records a type for libraries that have put `Reflect.metadata` there. */
export function decorateMetadata(key: string, value: unknown): Decorate {
  const { metadata } = Reflect as { metadata?: (key: string, value: unknown) => Decorate };
  return typeof metadata === "function" ? metadata(key, value) : () => undefined;
}

interface Resource {
  readonly value: unknown;
  readonly dispose: ((this: unknown) => unknown) | undefined;
  readonly isAsync: boolean;
}

/** One block with `using` declarations: `u` and `a` register, `e` is the error of the body, `d` disposes. */
export interface UsingContext {
  e: unknown;
  u<T>(value: T): T;
  a<T>(value: T): T;
  d(): unknown;
}

const NOTHING: unique symbol = Symbol("nothing");

/** Makes a {@link UsingContext}. */
export function usingCtx(): UsingContext {
  const stack: Resource[] = [];
  let error: unknown = NOTHING;

  function register<T>(value: T, isAsync: boolean): T {
    if (value === null || value === undefined) {
      if (isAsync) stack.push({ value, dispose: undefined, isAsync });
      return value;
    }
    const keys = value as unknown as Record<symbol, unknown>;
    const dispose = (isAsync ? keys[asyncDispose] : undefined) ?? keys[syncDispose];
    if (typeof dispose !== "function") throw new TypeError("a value of `using` has no method Symbol.dispose");
    stack.push({ value, dispose: dispose as Resource["dispose"], isAsync });
    return value;
  }

  function fail(next: unknown): void {
    error = error === NOTHING ? next : suppressed(next, error);
  }

  function disposeAll(): unknown {
    for (let resource = stack.pop(); resource !== undefined; resource = stack.pop()) {
      try {
        const result = resource.dispose?.call(resource.value);
        if (resource.isAsync) {
          return Promise.resolve(result).then(disposeAll, (next) => {
            fail(next);
            return disposeAll();
          });
        }
      } catch (next) {
        fail(next);
      }
    }
    if (error !== NOTHING) throw error;
    return undefined;
  }

  return {
    get e() {
      return error;
    },
    set e(value) {
      error = value;
    },
    u: (value) => register(value, false),
    a: (value) => register(value, true),
    d: disposeAll,
  };
}

const syncDispose: symbol = Symbol.dispose ?? Symbol.for("Symbol.dispose");
const asyncDispose: symbol = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");

function suppressed(error: unknown, previous: unknown): unknown {
  const { SuppressedError: native } = globalThis as { SuppressedError?: new (e: unknown, s: unknown) => Error };
  if (native !== undefined) return new native(error, previous);
  return Object.assign(new Error("An error was suppressed during disposal"), {
    name: "SuppressedError",
    error,
    suppressed: previous,
  });
}
