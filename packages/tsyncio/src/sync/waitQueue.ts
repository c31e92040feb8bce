/**
 * Tasks in the order in which they came.
 *
 * An intrusive circular list whose nodes are the tasks: waiting allocates nothing, and a task that is cancelled leaves in O(1), also from
 * among a hundred thousand. A task waits for one thing at a time, so one pair of links serves every list; they are null outside of one.
 */
import type { CoreTask } from "../kernel/coreTask.js";

type Node = CoreTask;

export class WaitQueue {
  size = 0;
  first: Node | null = null;

  add(task: Node): void {
    this.size++;
    const first = this.first;
    if (first === null) {
      task.prev = task;
      task.next = task;
      this.first = task;
      return;
    }
    const last = first.prev as Node;
    last.next = task;
    task.prev = last;
    task.next = first;
    first.prev = task;
  }

  /** False where the task was taken out already: it has been woken. */
  remove(task: Node): boolean {
    const next = task.next as Node | null;
    if (next === null) return false;
    this.size--;
    if (next === task) this.first = null;
    else {
      const previous = task.prev as Node;
      previous.next = next;
      next.prev = previous;
      if (this.first === task) this.first = next;
    }
    task.prev = null;
    task.next = null;
    return true;
  }

  /** Takes the first one out. */
  shift(): Node | null {
    const first = this.first;
    if (first !== null) this.remove(first);
    return first;
  }

  /** Takes the first ones out and wakes them. */
  wake(count: number, bits = 0): void {
    while (count-- > 0 && this.first !== null) this.shift()?.wakeUp(bits);
  }
}
