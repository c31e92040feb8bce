/**
 * Doing something as soon as it can be done: what putting, getting, sending and receiving have in common.
 *
 * The attempt is made when the coroutine begins. Where it has to wait, the task stands in a line, and once woken the attempt is made
 * again, as its step begins: a `while` loop around a wait, without a frame for that loop. So nothing is handed to a task before it
 * resumes, and one that is cancelled in between has nothing to give back but its turn.
 */

import type { Waitable } from "../kernel/awaitable.js";
import type { CodeSite } from "../kernel/codeSite.js";
import type { CoreTask } from "../kernel/coreTask.js";
import { Coroutine } from "../kernel/coroutine.js";
import { hooks } from "../kernel/hooks.js";
import { withoutStack } from "../kernel/stackLine.js";
import { CLAIMING } from "../kernel/taskBits.js";
import { RAISE, RESUME, SUSPEND, type Verdict } from "../kernel/verdict.js";
import type { WaitQueue } from "../kernel/waitQueue.js";

/** What stands against an attempt: the error to throw; null where it is only a matter of time; undefined: nothing does. */
export type Refusal = (new () => Error) | null | undefined;

export abstract class Attempt<T, P> extends Coroutine<T> implements Waitable {
  /** The queue, or the end of a channel. */
  readonly place: P;

  constructor(site: CodeSite, place: P) {
    super(site);
    this.place = place;
  }

  /** Where the task stands while it waits. */
  abstract line(): WaitQueue;

  abstract refusal(): Refusal;

  /** Does it; called only where nothing stands against it. */
  abstract perform(): unknown;

  /** The refusal that means the end of an iteration; absent where it is no step of one. */
  get ending(): Refusal {
    return undefined;
  }

  begin(task: CoreTask): Verdict {
    task.sent = undefined;
    try {
      const refusal = this.refusal();
      if (refusal === undefined) {
        const value = this.perform();
        task.sent = this.ending ? { value, done: false } : value;
        return RESUME;
      }
      if (refusal === null) {
        this.line().add(task);
        task.waitingOn = this;
        return SUSPEND;
      }
      if (refusal !== this.ending) throw withoutStack(() => new refusal());
      task.sent = { value: undefined, done: true };
      return RESUME;
    } catch (error) {
      hooks.chain?.pass(error, task, task.top);
      task.sent = error;
      return RAISE;
    }
  }

  claim(task: CoreTask): Verdict {
    return this.begin(task);
  }

  abandon(task: CoreTask): void {
    if (!this.line().remove(task)) this.passOn();
  }

  /** It was woken and will not try again: the next one does. */
  passOn(): void {
    if (this.refusal() === undefined) this.line().wake(1, CLAIMING);
  }

  override describe(): string {
    return `${this.name}() of ${this.place}`;
  }
}

/** What is done at once, or not at all: throws what stands against it, `blocked` where it would have to wait. */
export function insist(refusal: Refusal, blocked: new () => Error): void {
  if (refusal !== undefined) throw new (refusal ?? blocked)();
}
