/** What `readGraph` gives: plain data, which can be sent from one process to another. */

/** The unfinished tasks of a thread, and how they wait for each other. */
export interface TaskGraph {
  readonly version: 1;
  /** By creation within a run; behind them those that have ended and are waited for all the same, as they hold a lock. */
  readonly tasks: TaskNode[];
  readonly runs: RunNode[];
  /** Who waits for the end of the future that was asked for. */
  readonly of?: AwaitedNode[];
}

/** A run that has unfinished tasks, or the work that native code has begun outside any run. */
export interface RunNode {
  readonly id: number;
  readonly debug: boolean;
  /** Whether its clock is not the platform's. */
  readonly virtual: boolean;
  /** Callbacks and tasks that are ready. */
  readonly ready: number;
}

/**
 * - `running`: its step is on
 * - `ready`: it has been woken
 * - `waiting`: for what `waitsFor` says
 * - `not begun`: it has not had its first step
 * - `done`: it has ended
 */
export type TaskState = "running" | "ready" | "waiting" | "not begun" | "done";

/** One task. */
export interface TaskNode {
  /** Of this task for as long as it lives; others are counted as they are first looked at. */
  readonly id: number;
  readonly name: string;
  /** The name of the coroutine that it runs. */
  readonly coroutine: string;
  readonly state: TaskState;
  /** It was cancelled, or a scope in it, and its clean-ups are not done. */
  readonly cancelling: boolean;
  /** The `id` of the run. */
  readonly run: number;
  /**
   * For how many milliseconds it has been waiting; null where nobody knows. Known of a sleep, and in debug mode of each wait.
   */
  readonly waited: number | null;
  /** It waits at least so long: since it was first looked at. */
  readonly waitedMore: boolean;
  /** `file:line:column` where the task was made, in debug mode; else empty. */
  readonly madeAt: string;
  /** Milliseconds until the next timeout around it cancels it, or null. */
  readonly deadline: number | null;
  /** What is on, from the outermost to the innermost. Of a task that runs, as it was when it last waited. */
  readonly stack: StackEntry[];
  readonly waitsFor: WaitNode | null;
  /** Who waits for its end. */
  readonly awaited: AwaitedNode[];
  /** The `id` of the task in whose task group it is, or null. */
  readonly parent: number | null;
}

/** A coroutine that has begun and not ended. */
export interface StackEntry {
  readonly name: string;
  /** Part of the library, and not of the program. */
  readonly library: boolean;
  /** `file:line:column` of the function; empty where that is not known. */
  readonly definition: string;
  /** `file:line:column` where this coroutine was made, which is mostly where it is awaited; known in debug mode, else empty. */
  readonly madeAt: string;
  /**
   * `file:line:column` of its await: where what it awaits was made, in debug mode; empty where that is not known. `located` asks the engine for
   * the exact place.
   */
  readonly at: string;
  /** It was cancelled, and cleans up. */
  readonly cleansUp: boolean;
  /** Which of the `generators` is the one suspended here, or -1. */
  readonly suspended: number;
}

/** What a task waits for. */
export interface WaitNode {
  /**
   * `task`, `gather`, `group`, `shield`, `wait`, `asCompleted`, `future`, `timer`, `promise`, `event` (of an emitter), `native`; or what is waited for at a primitive,
   * a queue, a stream: its class in lower case, `lock`, `semaphore`, `condition`, `queue`, `streamreader`, …
   */
  readonly kind: string;
  /** For people: "Lock held by task 'a'". */
  readonly text: string;
  /** By `id`: without these it cannot go on, as they have to end, or to release something. */
  readonly tasks: number[];
  /** Milliseconds until a timer is due, or null. */
  readonly due: number | null;
  /** `file:line:column` where the wait was made; known in debug mode, else empty. */
  readonly madeAt: string;
}

/** Who waits for the end of a task. */
export interface AwaitedNode {
  /** The `id` of the task that does; null: native code, by a promise. */
  readonly task: number | null;
  /** What is between the two: `gather`, `group`, `shield`, `wait`, … ; empty where it awaits the task itself. */
  readonly through: string;
}

/** What to read. */
export interface ReadOptions {
  /** Give the suspended generators as well, to which `StackEntry.suspended` points. */
  generators?: boolean;
  /** Read the stacks of the tasks with these `id`s only; those of the others are empty. */
  only?: number[];
  /** Tell who waits for the end of this future, which need not be a task. */
  of?: object;
}

/** The graph with the generators of all frames, in the order of the stacks. */
export interface GraphWithGenerators extends TaskGraph {
  readonly generators: object[];
}
