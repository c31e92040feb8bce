/**
 * How an error reaches lowered code. `await x` is lowered to `aw(yield x)`. Were the error thrown by `generator.throw`, nothing of the
 * library would run beneath the frame that awaits, and its line could not be known. So the driver resumes the generator with the
 * token `RAISED`, and `aw`, which is called from that very line, throws.
 */
import { noteLine } from "./awaitChain.js";

const RAISED: unique symbol = Symbol("tsyncio.raised");
let error: unknown;

/** @returns what to resume the generator with, in order that `value` be thrown at its await */
export function raising(value: unknown): symbol {
  error = value;
  return RAISED;
}

/**
 * The value of an `await` in lowered code.
 *
 * @param resumed - what the `yield` that stands for the `await` gave
 * @throws the error of what was awaited
 */
export function aw(resumed: unknown): unknown {
  if (resumed === RAISED) raise();
  return resumed;
}

function raise(): never {
  const raised = error;
  error = undefined;
  noteLine(raised, aw);
  throw raised;
}
