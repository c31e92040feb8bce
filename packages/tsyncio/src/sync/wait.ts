/**
 * Waiting in a line for something that others make free or true.
 *
 * First come, first served, and nobody barges in: who comes while others wait, waits behind them.
 */
import type { Waitable } from "../kernel/awaitable.js";
import type { CodeSite } from "../kernel/codeSite.js";
import type { CoreTask } from "../kernel/coreTask.js";
import { Coroutine } from "../kernel/coroutine.js";
import { RAISE, RESUME, SUSPEND, type Verdict } from "../kernel/verdict.js";
import type { WaitQueue } from "../kernel/waitQueue.js";

/** A coroutine that waits until its task is woken; gives `true`, unless `pass` has put something else into `task.value`. */
export class Wait<T = true, P = unknown> extends Coroutine<T> implements Waitable {
  /** What it waits for: a primitive, a queue, the end of a channel. */
  readonly place: P;
  /** Where the task stands meanwhile. Whoever wakes it takes it out first. */
  readonly line: WaitQueue;

  constructor(site: CodeSite, place: P, line: WaitQueue) {
    super(site);
    this.place = place;
    this.line = line;
  }

  begin(task: CoreTask): Verdict {
    task.value = true;
    try {
      if (this.pass(task)) return RESUME;
    } catch (error) {
      task.value = error;
      return RAISE;
    }
    this.line.add(task);
    task.waitingOn = this;
    return SUSPEND;
  }

  /** Whether the task need not wait. */
  pass(_task: CoreTask): boolean {
    return false;
  }

  abandon(task: CoreTask): void {
    this.line.remove(task);
  }

  override describe(): string {
    return `${this.name}() of ${this.place}`;
  }
}
