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
import type { Verdict } from "../kernel/verdict.js";
import { Wait } from "../sync/wait.js";

/** What stands against an attempt: the error to throw; null where it is only a matter of time; undefined: nothing does. */
export type Refusal = (new () => Error) | null | undefined;

/** A coroutine class of its own for each thing that is attempted: so the engine sees one shape at each place. */
export abstract class Attempt<T, P> extends Wait<T, P> {
  /** The refusal that means the end of an iteration; absent where it is no step of one. */
  get ending(): Refusal {
    return undefined;
  }

  abstract refusal(): Refusal;

  /** Does it; called only where nothing stands against it. */
  abstract perform(): unknown;

  override pass(task: CoreTask): boolean {
    task.value = undefined;
    const refusal = this.refusal();
    if (refusal === null) return false;
    if (refusal === undefined) {
      const value = this.perform();
      task.value = this.ending ? { value, done: false } : value;
    } else if (refusal === this.ending) task.value = { value: undefined, done: true };
    else throw withoutStack(() => new refusal());
    return true;
  }

  claim(task: CoreTask): Verdict {
    return this.begin(task);
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
