/**
 * The end of a run: ends what the main task has left behind. Tasks in rounds, since clean-ups may make tasks; then what is to be closed.
 * It is no task, which would be one of those that it ends.
 */

import { EXCEPTION, STATE } from "../kernel/futureBits.js";
import { hooks } from "../kernel/hooks.js";
import { Observer } from "../kernel/observer.js";
import type { Root } from "../kernel/root.js";

/** @param ended - called when nothing is left, which may be at once */
export function finish(root: Root, ended: () => void): void {
  const { scheduler } = root;
  const left = [...root.tasks()];
  let unfinished = left.length;
  if (unfinished === 0) {
    scheduler.ending?.(root);
    if (root.closables.size > 0) hooks.closeAll?.(root, ended);
    else ended();
  }
  for (const task of left) {
    task.retrieve();
    task.cancel("the run ends");
  }
  for (const task of left)
    new Observer(task, true, scheduler, () => {
      if ((task.flags & STATE) === EXCEPTION)
        scheduler.report({
          message: "unhandled exception during run() shutdown",
          exception: task.value,
          task,
        });
      if (--unfinished === 0) finish(root, ended);
    });
}
