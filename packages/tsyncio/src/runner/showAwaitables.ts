/** What `console.log` shows of coroutines, futures and tasks: their state, and not how they are made. Where there is a process; a browser shows objects itself. */
import { CoreFuture } from "../kernel/coreFuture.js";
import { CoreTask } from "../kernel/coreTask.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { ENDED, TAKEN } from "../kernel/coroutineBits.js";
import { define } from "../kernel/define.js";
import { CANCELLED, PENDING, RESULT, STATE } from "../kernel/futureBits.js";
import { stackOf } from "../kernel/stackOf.js";
import { Thenable } from "../kernel/thenable.js";
import { stateOf } from "./taskState.js";

interface Styled {
  stylize?(text: string, style: string): string;
}

/** As `node:util` calls it. */
function show(
  this: Thenable<unknown>,
  depth: number,
  options: object,
  inspect: (value: object, options: object) => string,
) {
  const tag = this[Symbol.toStringTag];
  if (depth < 0) return (options as Styled).stylize?.(`[${tag}]`, "special") ?? `[${tag}]`;
  return `${tag} ${inspect(partsOf(this), options)}`;
}

function partsOf(value: Thenable<unknown>): object {
  if (value instanceof CoreTask) {
    const { waitingOn } = value;
    const state = stateOf(value);
    const task = { name: value.name, state, coroutines: stackOf(value).reverse().join(" > ") };
    if (!value.done())
      return waitingOn && state.startsWith("waiting") ? { ...task, waitsFor: waitingOn.describe() } : task;
    return { ...task, coroutines: value.coroutine.name, ...outcomeOf(value) };
  }
  if (value instanceof CoreFuture) {
    const state = (value.flags & STATE) === PENDING ? "pending" : value.cancelled() ? "cancelled" : "done";
    return { state, ...outcomeOf(value) };
  }
  const { name, flags } = value as Coroutine;
  return { name, state: (flags & ENDED) !== 0 ? "ended" : (flags & TAKEN) !== 0 ? "awaited" : "not begun" };
}

function outcomeOf({ flags, value }: CoreFuture): object {
  const state = flags & STATE;
  if (state === PENDING || state === CANCELLED) return {};
  return state === RESULT ? { result: value } : { exception: value };
}

define(Thenable.prototype, { [Symbol.for("nodejs.util.inspect.custom")]: show });
