/** Tasks that wait, in the order in which they came. */
import type { CoreTask } from "./coreTask.js";
import { append, detach } from "./waiterList.js";

export class WaitQueue {
  size = 0;
  first: CoreTask | null = null;

  add(task: CoreTask): void {
    this.size++;
    this.first = append(this.first, task);
  }

  /** False where the task was taken out already: it has been woken. */
  remove(task: CoreTask): boolean {
    if (task.next === null) return false;
    this.size--;
    this.first = detach(this.first, task);
    return true;
  }

  /** Takes the first one out. */
  shift(): CoreTask | null {
    const { first } = this;
    if (first !== null) this.remove(first);
    return first;
  }

  /** Takes the first ones out and wakes them. */
  wake(count: number, bits = 0): void {
    while (count-- > 0 && this.first !== null) this.shift()?.wakeUp(bits);
  }
}
