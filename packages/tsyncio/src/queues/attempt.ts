/**
 * Doing something as soon as it can be done: what putting, getting, sending and receiving have in common.
 *
 * The attempt is made when the coroutine begins. Where it has to wait, the task stands in a line, and once woken the attempt is made
 * again, as its step begins: a `while` loop around a wait, without a frame for that loop. So nothing is handed to a task before it
 * resumes, and one that is cancelled in between has nothing to give back but its turn.
 */

import type { CodeSite } from "../kernel/codeSite.js";
import type { CoreTask } from "../kernel/coreTask.js";
import { withoutStack } from "../kernel/stackLine.js";
import { CLAIMING } from "../kernel/taskBits.js";
import type { Verdict } from "../kernel/verdict.js";
import type { WaitQueue } from "../kernel/waitQueue.js";
import { Wait } from "../sync/wait.js";

/** What stands against an attempt: the error to throw; null where it is only a matter of time; undefined: nothing does. */
export type Refusal = (new () => Error) | null | undefined;

/** Where something is done: a line of a queue, or the end of a channel. */
export interface Place<I, T> {
  /** Those that wait until they can do it. */
  readonly waiting: WaitQueue;
  refusal(): Refusal;
  /** Does it; called only where nothing stands against it. */
  perform(item: I): T;
}

export class Attempt<I, T> extends Wait<unknown, Place<I, T>> {
  /** What is put or sent. */
  readonly item: I;
  /** The refusal that means the end of an iteration, where it is a step of one. */
  readonly ending: Refusal;

  constructor(site: CodeSite, place: Place<I, T>, item: I, ending?: Refusal) {
    super(site, place, place.waiting);
    this.item = item;
    this.ending = ending;
  }

  refusal(): Refusal {
    return this.place.refusal();
  }

  perform(): T {
    return this.place.perform(this.item);
  }

  override pass(task: CoreTask): boolean {
    task.sent = undefined;
    const { ending } = this;
    const refusal = this.refusal();
    if (refusal === null) return false;
    if (refusal === undefined) {
      const value = this.perform();
      task.sent = ending ? { value, done: false } : value;
    } else if (refusal === ending) task.sent = { value: undefined, done: true };
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
export function atOnce<I, T>(place: Place<I, T>, item: I, blocked: new () => Error): T {
  const refusal = place.refusal();
  if (refusal !== undefined) throw new (refusal ?? blocked)();
  return place.perform(item);
}
