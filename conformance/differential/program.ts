/**
 * A concurrent program as data, which the two interpreters (`interpreter.ts`, `interpreter.py`) run in the same way.
 *
 * A block is one coroutine function. What it makes and others refer to stands in numbered slots; a slot that is empty makes the step that
 * refers to it an event "empty" and nothing else, so that the shrinker may take anything out.
 */

export interface Program {
  /** The first slots hold so many bare futures. */
  readonly futures: number;
  readonly semaphores: readonly { readonly value: number; readonly bounded: boolean }[];
  /** The number of parties of each. */
  readonly barriers: readonly number[];
  readonly queues: readonly { readonly kind: "fifo" | "lifo" | "priority"; readonly maxSize: number }[];
  readonly main: Block;
}

export type Block = readonly Step[];

interface Identified {
  /** Names the step in the trace. */
  readonly id: number;
}

export type Step = Identified &
  (
    | { readonly do: "await"; readonly what: Awaited }
    /** `createTask` */
    | { readonly do: "spawn"; readonly what: Awaited; readonly slot: number }
    /** A child of a task group. */
    | { readonly do: "child"; readonly group: number; readonly what: Awaited; readonly slot: number }
    /** A gather or shield that is kept and not awaited here. */
    | { readonly do: "keep"; readonly what: Awaited; readonly slot: number }
    /** `try { try { body } finally { inner } } catch { handler } finally { cleanUp }`, all in one function; the last three may be missing. */
    | {
        readonly do: "try";
        readonly body: Block;
        readonly inner?: Block;
        readonly handler?: Block;
        readonly cleanUp?: Block;
      }
    | { readonly do: "throw" }
    /** `sleep(0)` so many times, each an event. */
    | { readonly do: "spin"; readonly times: number }
    /** Several acts happen without anything between them. */
    | { readonly do: "act"; readonly acts: readonly Act[] }
    /** The acts in a callback, so many iterations later. */
    | { readonly do: "soon"; readonly ticks: number; readonly acts: readonly Act[]; readonly timer: number }
    | {
        readonly do: "later";
        readonly ms: number;
        readonly ticks: number;
        readonly acts: readonly Act[];
        readonly timer: number;
      }
    | { readonly do: "callback"; readonly slot: number; readonly acts: readonly Act[] }
  );

/** What can be awaited. */
export type Awaited = Identified &
  (
    | { readonly is: "sleep"; readonly ms: number }
    | { readonly is: "call"; readonly body: Block }
    | { readonly is: "slot"; readonly slot: number }
    | { readonly is: "task"; readonly what: Awaited; readonly slot: number }
    | { readonly is: "gather"; readonly of: readonly Awaited[]; readonly returnExceptions: boolean }
    | { readonly is: "shield"; readonly what: Awaited }
    | { readonly is: "waitFor"; readonly what: Awaited; readonly ms: number }
    | { readonly is: "timeout"; readonly ms: number; readonly body: Block }
    | { readonly is: "group"; readonly group: number; readonly body: Block }
    | {
        readonly is: "wait";
        readonly of: readonly Awaited[];
        readonly returnWhen: ReturnWhen;
        readonly ms?: number;
      }
    /** Awaits all, one after the other, as they end. */
    | { readonly is: "asCompleted"; readonly of: readonly Awaited[]; readonly ms?: number }
    | { readonly is: "acquire"; readonly from: Acquirable; readonly at: number }
    | { readonly is: "with"; readonly from: Acquirable; readonly at: number; readonly body: Block }
    | { readonly is: "event"; readonly at: number }
    | { readonly is: "notified"; readonly at: number }
    /** Of the condition; the predicate: that `raise` came so many times. */
    | { readonly is: "raised"; readonly at: number; readonly times: number }
    | { readonly is: "barrier"; readonly at: number }
    | { readonly is: "put"; readonly at: number; readonly item: number }
    | { readonly is: "get" | "join"; readonly at: number }
  );

/** There are two locks, conditions and events. */
export type Acquirable = "lock" | "condition" | "semaphore";

export type ReturnWhen = "ALL_COMPLETED" | "FIRST_COMPLETED" | "FIRST_EXCEPTION";

/** What needs no wait. */
export type Act =
  | { readonly act: "cancel"; readonly slot: number }
  /** In a callback there is no such task, and nothing happens. */
  | { readonly act: "cancelSelf" }
  | { readonly act: "setResult"; readonly slot: number }
  | { readonly act: "setException"; readonly slot: number }
  | { readonly act: "look"; readonly slot: number }
  | { readonly act: "release"; readonly from: Acquirable; readonly at: number }
  | { readonly act: "locked"; readonly from: Acquirable; readonly at: number }
  | { readonly act: "set" | "clear" | "raise" | "resetBarrier" | "abortBarrier" | "barrierState"; readonly at: number }
  | { readonly act: "notify"; readonly at: number; readonly times: number }
  | { readonly act: "putNowait"; readonly at: number; readonly item: number }
  | { readonly act: "getNowait" | "taskDone" | "shutdown" | "shutdownNow" | "queueState"; readonly at: number }
  /** Cancels the callback of a "soon" or "later". */
  | { readonly act: "stop"; readonly timer: number };

/** What happened, in order: `time id event`. */
export type Trace = readonly string[];
