/**
 * Waiting in a line for something that others make free or true.
 *
 * First come, first served, and nobody barges in: who comes while others wait, waits behind them.
 */
import type { Waitable } from "../kernel/awaitable.js";
import type { CodeSite } from "../kernel/codeSite.js";
import type { CoreTask } from "../kernel/coreTask.js";
import { Coroutine } from "../kernel/coroutine.js";
import { ENDED, PROMPT, TAKEN } from "../kernel/coroutineBits.js";
import { current } from "../kernel/current.js";
import { present } from "../kernel/raised.js";
import { RAISE, RESUME, SUSPEND, type Verdict } from "../kernel/verdict.js";
import type { WaitQueue } from "../kernel/waitQueue.js";

/** What `pass` gives where the task has to wait. */
export const BLOCKED: unique symbol = Symbol("tsyncio.blocked");

/** A coroutine that waits until its task is woken, and gives `true` then; or that need not wait. */
export class Wait<T = true, P = unknown> extends Coroutine<T> implements Waitable {
  /** What it waits for: a primitive, a queue, the end of a channel. */
  readonly place: P;
  /** Where the task stands meanwhile. Whoever wakes it takes it out first. */
  readonly line: WaitQueue;

  constructor(site: CodeSite, place: P, line: WaitQueue) {
    super(site);
    this.flags = PROMPT;
    this.place = place;
    this.line = line;
  }

  begin(task: CoreTask): Verdict {
    try {
      const value = this.pass(task);
      if (value !== BLOCKED) {
        task.value = value;
        return RESUME;
      }
    } catch (error) {
      task.value = error;
      return RAISE;
    }
    task.value = true;
    this.line.add(task);
    task.waitingOn = this;
    return SUSPEND;
  }

  /** @internal Gives what `now` gives: where the task need not wait, the frame that awaits is not suspended. */
  passInPlace(): unknown {
    let value: unknown;
    try {
      value = this.pass(current.task as CoreTask);
    } catch (error) {
      // What was attempted is not attempted again. The driver tells of it, who knows the frames.
      this.begin = (task) => {
        task.value = error;
        return RAISE;
      };
      return undefined;
    }
    if (value === BLOCKED) return undefined;
    this.flags = TAKEN | ENDED;
    return present(value);
  }

  /** What it gives, where the task need not wait. */
  pass(_task: CoreTask): unknown {
    return BLOCKED;
  }

  claim(task: CoreTask): Verdict {
    return this.begin(task);
  }

  abandon(task: CoreTask): void {
    this.line.remove(task);
  }

  override describe(): string {
    return `${this.name}() of ${this.place}`;
  }
}
