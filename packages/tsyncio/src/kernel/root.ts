/**
 * A run: the root of the tasks that were made in it. `run()` makes one; the work of native code outside any run has an implicit one.
 *
 * The tasks stand in an intrusive list, in the order of their creation: a running task is never lost to the garbage collector, and
 * making a task costs two stores.
 */
import type { Closable } from "./closables.js";
import type { CoreTask } from "./coreTask.js";
import { busyRoots } from "./runtime.js";
import type { Scheduler } from "./scheduler.js";
import type { Watch } from "./watchlist.js";

export class Root {
  readonly scheduler: Scheduler;
  debug: boolean;
  /** Unfinished tasks, oldest first. */
  firstTask: CoreTask | null = null;
  lastTask: CoreTask | null = null;
  taskCount = 0;
  /** Coroutines that were made in the run and have not begun; failures that nobody has taken. */
  readonly watched: Set<Watch> = new Set();
  readonly closables: Set<Closable> = new Set();

  constructor(scheduler: Scheduler, debug: boolean) {
    this.scheduler = scheduler;
    this.debug = debug;
  }

  add(task: CoreTask): void {
    const last = this.lastTask;
    task.prevTask = last;
    if (!last) {
      this.firstTask = task;
      busyRoots.add(this);
    } else last.nextTask = task;
    this.lastTask = task;
    this.taskCount++;
  }

  remove(task: CoreTask): void {
    const { prevTask, nextTask } = task;
    if (!prevTask) {
      this.firstTask = nextTask;
      if (!nextTask) busyRoots.delete(this);
    } else prevTask.nextTask = nextTask;
    if (!nextTask) this.lastTask = prevTask;
    else nextTask.prevTask = prevTask;
    task.prevTask = null;
    task.nextTask = null;
    this.taskCount--;
  }

  /** Told of each `cancel()` of a task, in debug mode. */
  cancelled?: (task: CoreTask) => void;

  *tasks(): Generator<CoreTask, void, undefined> {
    for (let task = this.firstTask; task; task = task.nextTask) yield task;
  }
}
