/** Waiting for something that the platform does, which is looked at when the coroutine begins and whenever its task is woken. */
import type { CoreTask } from "../kernel/coreTask.js";
import { CLAIMING } from "../kernel/taskBits.js";
import { BLOCKED, Wait } from "../sync/wait.js";

export abstract class HostWait<T, P> extends Wait<T, P> {
  /** Whether it need not wait, or no longer. */
  abstract ready(): boolean;

  /** The value, or it throws; called only where it is ready. */
  abstract perform(): T;

  override pass(): unknown {
    return this.ready() ? this.perform() : BLOCKED;
  }

  override abandon(task: CoreTask): void {
    // It was woken and will not look: another one does.
    if (!this.line.remove(task)) this.line.wake(1, CLAIMING);
  }
}
