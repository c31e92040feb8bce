/** What is sent to a worker, and what comes back. */
import type { FunctionReference } from "./functionReference.js";
import type { PackedError } from "./packedError.js";

export interface Job {
  readonly work: FunctionReference;
  readonly args: readonly unknown[];
  /** The context variables of the caller that can be copied, by name. */
  readonly variables: ReadonlyMap<string, unknown>;
  /** Shared with a thread: see STARTED and CANCELLED. A process has none. */
  readonly state: Int32Array | null;
}

/** Places in `Job.state`. */
export const STARTED = 0;
export const CANCELLED = 1;

export type JobOutcome = { readonly value: unknown } | { readonly error: PackedError };
