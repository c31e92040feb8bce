/** What runs in a thread or a process of a pool. */
import { acceptCarried, carry } from "./carriedContext.js";
import { watchJob } from "./checkCancelled.js";
import { ADVICE, type FunctionReference } from "./functionReference.js";
import { type Job, type JobOutcome, STARTED } from "./job.js";
import { watchOutOfBand, withOutOfBand } from "./outOfBand.js";
import { packError } from "./packedError.js";

acceptCarried();
watchOutOfBand();

type Function = (...args: unknown[]) => unknown;

const known = new Map<string, Promise<Function>>();

/** Does a job. Never throws: what the function throws is part of the outcome. */
export default async function work({ work, args, variables, state }: Job): Promise<JobOutcome> {
  if (state) Atomics.store(state, STARTED, 1);
  carry(variables);
  watchJob(state);
  try {
    const fn = await find(work);
    return { value: copyable(await withOutOfBand(() => fn(...args))) };
  } catch (error) {
    return { error: packError(explained(error, work)) };
  } finally {
    carry(new Map());
    watchJob(null);
  }
}

/** @throws DataCloneError where it is not: when it is sent nobody could catch it, and the worker would end. */
function copyable(value: unknown): unknown {
  if (Object(value) === value && !ArrayBuffer.isView(value)) structuredClone(value);
  return value;
}

function find(work: FunctionReference): Promise<Function> {
  const key = work.source ?? `${work.module}#${work.exportName}`;
  const found = known.get(key) ?? load(work);
  known.set(key, found);
  return found;
}

async function load({ source, module, exportName }: FunctionReference): Promise<Function> {
  if (source !== undefined) return new Function(`return ${source}`)() as Function;
  const exported = ((await import(module as string)) as Record<string, unknown>)[exportName as string];
  if (typeof exported === "function") return exported as Function;
  throw new TypeError(`the module ${module} has no function '${exportName}'`);
}

/** What the compiler puts in the place of an async function calls one of these. */
const LOWERED = /^\$(co|plain|primed|asyncGenerator)$/;

/** A function that was sent as text and misses its surroundings. */
function explained(error: unknown, { source, name }: FunctionReference): unknown {
  const missing =
    source !== undefined && error instanceof ReferenceError && /^(\S+) is not defined/.exec(error.message);
  if (!missing) return error;
  const why = LOWERED.test(missing[1] as string)
    ? "is an async function, or has one in it, and the text of one that was lowered does not run by itself; write it without async"
    : `uses '${missing[1]}', which the thread does not have, since a function is sent as text; pass it as an argument`;
  return new TypeError(`the function '${name}' ${why}, or ${ADVICE}`, { cause: error });
}
