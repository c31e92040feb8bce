/** Tasks that wait for something that the platform does: while there are any, a virtual clock stands still. */
import type { CoreTask } from "../kernel/coreTask.js";
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
}
