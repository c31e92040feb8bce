/**
 * Instruments: objects that are told what the loop does (source: `trio.abc.Instrument`).
 *
 * While none is installed there is nothing in the way: the first one swaps methods of the kernel for others that tell
 * (`instrumentHooks.ts`), and when the last one goes, the first methods come back.
 */
import type { Waitable } from "../kernel/awaitable.js";
import type { CancelScope } from "../kernel/cancelScope.js";
import { activeRuns, platformScheduler } from "../kernel/scheduler.js";
import type { Task } from "../kernel/task.js";
import { unfit } from "../kernel/unfit.js";
import { type Listeners, swapIn, swapOut } from "./instrumentHooks.js";

/**
 * Who did something: the task whose step it was; or in words `callback NAME`, `timer`, `deadline`, `loop` (what a run does by itself) or
 * `platform` (a native promise, a socket, code outside of the loop).
 */
export type Cause = Task | string;

/**
 * What a task waits for, for people: `task 'crawl' (crawl)`, `a sleep`, `Lock.acquire() of Lock …`.
 *
 * @param waited - what `taskWaits` of an instrument was given
 */
export function describeWaited(waited: object): string {
  return (waited as Waitable).describe();
}

/** How a task ended. */
export type Ending = "result" | "error" | "cancelled";

/**
 * Told what the loop does. Each method is optional, is called at the moment, in the thread and beneath the code that does it, and must be quick: what it
 * takes is time of the lane. One that throws is reported, and its instrument removed.
 *
 * Of each task: `taskSpawned`, `taskScheduled`, then steps (`beforeTaskStep` … `afterTaskStep`) with `taskWaits` at the end of those that
 * suspend it and `taskScheduled` between them, and `taskExited` in the last.
 */
export interface Instrument {
  /** A run begins; its main task is spawned next. */
  beforeRun?(): void;
  /** All that the run started has ended. */
  afterRun?(): void;
  /** The task was made. `parent`: the task that made it; null where a callback or native code did. */
  taskSpawned?(task: Task, parent: Task | null): void;
  /** It stands in the ready queue: for its first step, or since what it waited for is over. */
  taskScheduled?(task: Task, by: Cause): void;
  beforeTaskStep?(task: Task): void;
  /**
   * The step that is on suspends the task, which waits for `waited`: a `Task`, a `Future`, or something of the library that `describeWaited` can
   * put into words. Where it only lets others have a turn (`sleep(0)`), this is not called.
   */
  taskWaits?(task: Task, waited: object): void;
  afterTaskStep?(task: Task): void;
  /** `task.cancel(reason)` was called. */
  taskCancelled?(task: Task, by: Cause, reason: unknown): void;
  /** A scope in the task was cancelled; `by` is `deadline` where its time was over. */
  scopeCancelled?(task: Task, scope: CancelScope, by: Cause): void;
  /** The task has ended: with a result, an error or, where it was cancelled, the reason of that. */
  taskExited?(task: Task, ending: Ending, value: unknown): void;
  /** The loop calls what is no task: a callback, a timer. */
  beforeCallback?(name: string): void;
  afterCallback?(name: string): void;
  /** Nothing is ready, or the platform is due for a turn (`timeout` 0). `timeout`: milliseconds to the next timer, or Infinity. */
  beforeIoWait?(timeout: number): void;
  /** The loop has the thread again. */
  afterIoWait?(): void;
}

const installed: Set<Instrument> = new Set();

/** What is called at an event, of all instruments. */
const listeners: Listeners = {
  beforeRun: [],
  afterRun: [],
  taskSpawned: [],
  taskScheduled: [],
  beforeTaskStep: [],
  taskWaits: [],
  afterTaskStep: [],
  taskCancelled: [],
  scopeCancelled: [],
  taskExited: [],
  beforeCallback: [],
  afterCallback: [],
  beforeIoWait: [],
  afterIoWait: [],
};

/**
 * From now on the instrument is told what the loops of this thread do (source: `trio.lowlevel.add_instrument`). Adding it again changes nothing.
 *
 * @throws TypeError for what is no object
 * @example
 * ```ts
 * addInstrument({
 *   taskSpawned(task, parent) {
 *     console.log(`${parent?.name ?? "somebody"} made ${task.name}`);
 *   },
 * });
 * ```
 */
export function addInstrument(instrument: Instrument): void {
  if (typeof instrument !== "object" || instrument === null)
    throw unfit("an object with methods of an Instrument", instrument);
  if (installed.has(instrument)) return;
  installed.add(instrument);
  rebuild();
  if (installed.size === 1) swapIn(listeners);
}

/** It is told nothing more. Returns whether it was installed. */
export function removeInstrument(instrument: Instrument): boolean {
  if (!installed.delete(instrument)) return false;
  rebuild();
  if (installed.size === 0) swapOut();
  return true;
}

function rebuild(): void {
  for (const event of Object.keys(listeners) as (keyof Instrument)[]) {
    // A new array: the old one may be on its way through the instruments.
    (listeners[event] as unknown[]) = [...installed].filter((each) => each[event]).map((each) => guarded(each, event));
  }
}

type AnyMethod = (first?: unknown, second?: unknown, third?: unknown) => void;

/** The method, so that what it throws ends the instrument and not the loop. */
function guarded(instrument: Instrument, event: keyof Instrument): AnyMethod {
  const method = instrument[event] as AnyMethod;
  return (first, second, third) => {
    if (!installed.has(instrument)) return;
    try {
      method.call(instrument, first, second, third);
    } catch (exception) {
      removeInstrument(instrument);
      const [run] = activeRuns;
      const scheduler = run?.scheduler ?? platformScheduler();
      scheduler.report({ message: `an instrument threw in ${event}(), and was removed`, exception });
    }
  };
}
