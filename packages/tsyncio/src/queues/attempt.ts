/**
 * Doing something as soon as it can be done: what putting, getting, sending and receiving have in common.
 *
 * The attempt is made when the coroutine begins. Where it has to wait, the task stands in a line, and once woken the attempt is made
 * again, as its step begins: a `while` loop around a wait, without a frame for that loop. So nothing is handed to a task before it
 * resumes, and one that is cancelled in between has nothing to give back but its turn.
 */

import type { CoreTask } from "../kernel/coreTask.js";
import { withoutStack } from "../kernel/stackLine.js";
import { CLAIMING } from "../kernel/taskBits.js";
import { BLOCKED, Wait } from "../sync/wait.js";

/** What stands against an attempt: the error to throw; null where it is only a matter of time; undefined: nothing does. */
export type Refusal = (new () => Error) | null | undefined;

/** A coroutine class of its own for each thing that is attempted: so the engine sees one shape at each place. */
export abstract class Attempt<T, P> extends Wait<T, P> {
  abstract refusal(): Refusal;

  /** Does it; called only where nothing stands against it. */
  abstract perform(): unknown;

  /** It can never be done: the value, where that is the end of an iteration. */
  refused(refusal: new () => Error): unknown {
    throw withoutStack(() => new refusal());
  }

  override pass(): unknown {
    const refusal = this.refusal();
    if (refusal === undefined) return this.perform();
    return refusal === null ? BLOCKED : this.refused(refusal);
  }

  override abandon(task: CoreTask): void {
    if (!this.line.remove(task)) this.passOn();
  }

  /** It was woken and will not try again: the next one does. */
  passOn(): void {
    if (this.refusal() === undefined) this.line.wake(1, CLAIMING);
  }
}

/** What is done at once, or not at all: throws what stands against it, `blocked` where it would have to wait. */
export function insist(refusal: Refusal, blocked: new () => Error): void {
  if (refusal !== undefined) throw new (refusal ?? blocked)();
}
