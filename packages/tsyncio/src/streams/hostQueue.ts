/** Tasks that wait for something that the platform does: while there are any, a virtual clock stands still. */
import type { CoreTask } from "../kernel/coreTask.js";
import { CLAIMING, QUEUED } from "../kernel/taskBits.js";
import { WaitQueue } from "../kernel/waitQueue.js";

export class HostQueue extends WaitQueue {
  /** False where it is the program itself that they wait for. Does not change while a task waits. */
  ofHost: boolean;

  constructor(ofHost = true) {
    super();
    this.ofHost = ofHost;
  }

  override add(task: CoreTask): void {
    super.add(task);
    if (this.ofHost) task.scheduler.hostWaits++;
  }

  override remove(task: CoreTask): boolean {
    const removed = super.remove(task);
    if (removed && this.ofHost) task.scheduler.hostWaits--;
    return removed;
  }

  /** As `wake(1, CLAIMING)`, called by the platform beneath no other code: where the loop is idle the task runs at once. */
  wakeFromHost(): void {
    const task = this.shift();
    if (!task) return;
    task.flags |= QUEUED | CLAIMING;
    task.scheduler.enqueueFromHost(task);
  }
}
