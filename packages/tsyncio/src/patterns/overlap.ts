/**
 * What becomes of a call that comes while another is on (source: ember-concurrency's task modifiers).
 *
 * A run belongs to its caller: it runs in the caller's task, in a scope, and is cancelled where the caller is. Two are never on at once: one
 * that takes the place of another begins when that has cleaned up. A call that is given up throws a `CancelledError` whose reason says why:
 * it is somebody else's cancellation, which can be caught, and which ends a task that does not as cancelled, without a report.
 */
import type { CancelScope } from "../kernel/cancelScope.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { current } from "../kernel/current.js";
import { NEVER } from "../kernel/duration.js";
import { CancelledError } from "../kernel/errors.js";
import { hidden } from "../kernel/hidden.js";
import { ScopeFrame } from "../kernel/scopeFrame.js";
import type { Task } from "../kernel/task.js";
import { FORWARDED } from "../kernel/taskBits.js";
import { Lock } from "../sync/lock.js";
import { type AsyncFunction, type CoroutineFunction, type Invocation, waitsForItself, wrapped } from "./wrapped.js";

/** One that runs, or waits for its turn. */
interface Call {
  readonly task: Task<unknown>;
  readonly scope: CancelScope;
}

/** Makes room for a call while there are others, the one that runs in front; or throws. */
type Policy = (others: readonly Call[], name: string) => void;

function overlapping<This, A extends unknown[], T>(
  taker: string,
  fn: AsyncFunction<This, A, T>,
  policy: Policy,
): CoroutineFunction<This, A, T> {
  const lock = new Lock();
  const calls: Call[] = [];
  const serve = hidden(taker, function* (invocation: Invocation<T>, scope: CancelScope, name: string) {
    const call = { task: current.task as Task<unknown>, scope };
    if (calls.length > 0) policy(calls, name);
    calls.push(call);
    try {
      return (yield lock.with(invocation)) as T;
    } finally {
      calls.splice(calls.indexOf(call), 1);
    }
  });
  return wrapped(
    taker,
    fn,
    (invocation, site): Coroutine<T> =>
      new ScopeFrame<T>(
        site,
        (scope) => serve(invocation, scope, site.name),
        NEVER,
        ({ reason }) => {
          throw new CancelledError(reason);
        },
      ),
  );
}

/** Its clean-ups are on, or it waits for those of what it awaits: a second cancellation would interrupt them. */
function leaves({ task, scope }: Call): boolean {
  if (scope.cancelCalled || (task.flags & FORWARDED) !== 0) return true;
  for (let frame = task.top; frame && frame.scope !== scope; frame = frame.caller) if (frame.unwinding) return true;
  return false;
}

function giveUp(calls: readonly Call[], why: string): void {
  for (const call of calls) if (!leaves(call)) call.scope.cancel(why);
}

function checkNotInside(calls: readonly Call[], name: string): void {
  if (calls.some(({ task }) => task === current.task)) throw waitsForItself(name);
}

/**
 * A call that comes while another is on does not run: it throws a `CancelledError`.
 *
 * @example
 * ```ts
 * const submit = drop(async (form: Form) => { await send(form); });
 * button.onclick = () => createTask(submit(form));   // the second click does nothing
 * ```
 */
export function drop<This, A extends unknown[], T>(fn: AsyncFunction<This, A, T>): CoroutineFunction<This, A, T> {
  return overlapping("drop", fn, (_, name) => {
    throw new CancelledError(`'${name}' is running`);
  });
}

/**
 * A call cancels the one that is on, waits until that has cleaned up, and runs. The caller of the one that was cancelled gets a
 * `CancelledError`.
 *
 * @throws InvalidStateError (when awaited) where it is called and awaited inside itself
 * @example
 * ```ts
 * const search = restart(async (text: string) => show(await find(text)));
 * input.oninput = () => createTask(search(input.value));   // only the last text is searched for to the end
 * ```
 */
export function restart<This, A extends unknown[], T>(fn: AsyncFunction<This, A, T>): CoroutineFunction<This, A, T> {
  return overlapping("restart", fn, (others, name) => {
    checkNotInside(others, name);
    giveUp(others, `'${name}' was restarted`);
  });
}

/**
 * Calls run one after another, in the order in which they came. One that fails does not hold up the next.
 *
 * @throws InvalidStateError (when awaited) where it is called and awaited inside itself
 * @example
 * ```ts
 * const append = enqueue(async (line: string) => { await appendFile(path, line); });
 * ```
 */
export function enqueue<This, A extends unknown[], T>(fn: AsyncFunction<This, A, T>): CoroutineFunction<This, A, T> {
  return overlapping("enqueue", fn, checkNotInside);
}

/**
 * While one is on, only the latest call waits; the one that waited before throws a `CancelledError`.
 *
 * @throws InvalidStateError (when awaited) where it is called and awaited inside itself
 * @example
 * ```ts
 * const save = keepLatest(async (text: string) => { await upload(text); });   // never two uploads, and the last text arrives
 * ```
 */
export function keepLatest<This, A extends unknown[], T>(fn: AsyncFunction<This, A, T>): CoroutineFunction<This, A, T> {
  return overlapping("keepLatest", fn, (others, name) => {
    checkNotInside(others, name);
    giveUp(others.slice(1), `'${name}' was called again`);
  });
}
