/**
 * How an error reaches lowered code. `await x` is lowered to `aw(yield x)`. Were the error thrown by `generator.throw`, nothing of the
 * library would run beneath the frame that awaits, and its line could not be known. So the driver resumes the generator with the
 * token `RAISED`, and `aw`, which is called from that very line, throws.
 */
import { noteLine } from "./awaitChain.js";

const RAISED: unique symbol = Symbol("tsyncio.raised");
/** What `now` gives in place of a value that would tell that there is none. */
const UNDEFINED: unique symbol = Symbol("tsyncio.undefined");
const NULL: unique symbol = Symbol("tsyncio.null");
let error: unknown;

/** @returns what `now` gives for a value that is there */
export function present(value: unknown): unknown {
  return value ?? (value === null ? NULL : UNDEFINED);
}

/** @returns what to resume the generator with, in order that `value` be thrown at its await */
export function raising(value: unknown): symbol {
  error = value;
  return RAISED;
}

/**
 * The value of an `await` in lowered code.
 *
 * @param resumed - what the `yield` that stands for the `await` gave, or `now`
 * @throws the error of what was awaited
 */
export function aw(resumed: unknown): unknown {
  return typeof resumed === "symbol" ? told(resumed) : resumed;
}

function told(resumed: symbol): unknown {
  if (resumed === RAISED) raise(aw);
  return resumed === UNDEFINED ? undefined : resumed === NULL ? null : resumed;
}

/**
 * The same for code that is debugged: `awaited.v = yield x`. An assignment is no call, so a debugger that steps over the `yield` goes
 * on to the next line when the coroutine resumes, in place of stopping once more at the call. It costs some 100 nanoseconds more.
 */
export const awaited: { v: unknown } = {
  set v(resumed: unknown) {
    if (resumed === RAISED) raise(Object.getOwnPropertyDescriptor(awaited, "v")?.set as (value: unknown) => void);
  },
};

/** Resumes a generator that knows nothing of `aw`: what other compilers emit is thrown its errors. */
export function resumePlain(
  body: Generator<unknown, unknown, unknown>,
  resumed: unknown,
): IteratorResult<unknown, unknown> {
  if (resumed !== RAISED) return body.next(resumed);
  const raised = error;
  error = undefined;
  return body.throw(raised);
}

function raise(above: (value: unknown) => unknown): never {
  const raised = error;
  error = undefined;
  noteLine(raised, above);
  throw raised;
}
