/**
 * Waiting in a queue for something that others make free or true.
 *
 * First come, first served, and nobody barges in: who comes while others wait, waits behind them. A task that was handed something
 * and is cancelled before it could resume hands it on, or back, in that same step.
 */
import type { Waitable } from "../kernel/awaitable.js";
import type { CodeSite } from "../kernel/codeSite.js";
import type { CoreTask } from "../kernel/coreTask.js";
import { Coroutine } from "../kernel/coroutine.js";
import { RESUME, SUSPEND, type Verdict } from "../kernel/verdict.js";
import type { WaitQueue } from "../kernel/waitQueue.js";

/** What tasks wait at. */
export interface Gate {
  /** Those that wait. Whoever wakes one takes it out first. */
  readonly waiting: WaitQueue;
  /** Lets the task pass, or says that it has to wait; absent: it always has to. */
  admit?(task: CoreTask): boolean;
  /** A task that waited was cancelled. `first`: nobody waited before it. Its own step comes behind what this enqueues. */
  left?(task: CoreTask, first: boolean): void;
  /**
   * A task that was woken resumes and takes what it was handed (it must have been woken with CLAIMING), or was cancelled before it could.
   */
  resumed?(taken: boolean): void;
  /** What is held is free again; where `resumed` is absent, also what was handed to a task that was cancelled before it could resume. */
  giveBack?(holder: unknown): void;
  /** For people: what a waiting task waits for. */
  describe(): string;
}

/** A coroutine that waits at a gate; gives `true`. */
export class Wait<T = true> extends Coroutine<T> implements Waitable {
  /** @internal */ readonly gate: Gate;

  constructor(site: CodeSite, gate: Gate) {
    super(site);
    this.gate = gate;
  }

  begin(task: CoreTask): Verdict {
    const { gate } = this;
    task.sent = this.grant(task);
    if (gate.admit?.(task)) return RESUME;
    gate.waiting.add(task);
    task.waitingOn = this;
    return SUSPEND;
  }

  /** What the wait gives. */
  grant(_task: CoreTask): unknown {
    return true;
  }

  abandon(task: CoreTask): void {
    const { gate } = this;
    const first = gate.waiting.first === task;
    if (gate.waiting.remove(task)) gate.left?.(task, first);
    else if (gate.resumed) gate.resumed(false);
    else gate.giveBack?.(task);
  }

  claim(): Verdict {
    this.gate.resumed?.(true);
    return RESUME;
  }

  override describe(): string {
    return this.gate.describe();
  }
}
