/** What a limited number of tasks can have at once. */
import type { CoreTask } from "../kernel/coreTask.js";
import { InvalidStateError } from "../kernel/errors.js";
import type { Runnable } from "../kernel/readyQueue.js";
import { CLAIMING } from "../kernel/taskBits.js";
import type { Acquire } from "./acquire.js";
import { Primitive } from "./primitive.js";

/**
 * So many permits, for tasks in the order in which they asked. Who gives one back hands it to the first that waits: nobody gets in between,
 * and a task that was handed one and is cancelled before it could resume hands it on in that same step.
 */
export abstract class Permits extends Primitive implements Runnable {
  /** @internal How many there are. */ most: number;
  /** @internal How many are not free. */ held = 0;
  /** @internal Tasks that were handed theirs and have not resumed: until then, who comes waits behind them. */ woken = 0;
  /** @internal Who took some last, while any are held. */ holder: CoreTask | null = null;

  constructor(most: number) {
    super();
    this.most = most;
  }

  /** @internal Takes some for the task, or says that it has to wait. */
  admit(task: CoreTask, amount: number): boolean {
    if (this.woken + this.waiting.size > 0 || this.held + amount > this.most) return false;
    this.take(task, amount);
    return true;
  }

  /** @internal */
  take(task: CoreTask, amount: number): void {
    this.held += amount;
    this.holder = task;
  }

  /** @internal */
  put(_task: CoreTask | null, amount: number): void {
    this.held -= amount;
    if (this.held === 0) this.holder = null;
  }

  /** @internal What a task has is free again. */
  giveBack(task: CoreTask | null, amount: number): void {
    this.check(task);
    this.put(task, amount);
    this.run();
  }

  /** @internal Throws where there is nothing that the task could give back. */
  check(task: CoreTask | null): void {
    if (!this.has(task))
      throw new InvalidStateError(`the ${this[Symbol.toStringTag]} is not acquired; acquire() it first`);
  }

  /** @internal */
  has(_task: CoreTask | null): boolean {
    return true;
  }

  /** @internal Hands to those that wait what is free. */
  run(): void {
    while (this.next());
  }

  /** @internal Hands to the first that waits what it asks for, where that is free. */
  next(): boolean {
    const task = this.waiting.first;
    if (!task || this.held >= this.most) return false;
    const { amount } = task.waitingOn as Acquire;
    if (this.held + amount > this.most) return false;
    this.waiting.shift();
    this.take(task, amount);
    this.woken++;
    task.wakeUp(CLAIMING);
    return true;
  }

  /** @internal A task that was woken resumes, or was cancelled before it could. */
  resumed(task: CoreTask, amount: number, taken: boolean): void {
    this.woken--;
    if (!taken) this.put(task, amount);
    this.run();
  }

  /** @internal A task that waited was cancelled. `first`: nobody waited before it. Its own step comes behind what this enqueues. */
  left(_task: CoreTask, _first: boolean): void {
    this.run();
  }
}
