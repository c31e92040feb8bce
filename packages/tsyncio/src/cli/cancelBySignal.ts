import type { CoreTask } from "../kernel/coreTask.js";
import type { Runtime } from "../kernel/runtime.js";
import type { Task } from "../kernel/task.js";

/**
 * While no run is on, SIGINT and SIGTERM cancel what the program awaits outside of one, at its top level, as a run does with its own tasks: all
 * cleans up, then the process ends. A second signal ends it at once. The library is the program's own copy, which is not imported here.
 */
export function cancelBySignal(): void {
  listen("SIGINT", 130);
  listen("SIGTERM", 143);
}

function listen(name: "SIGINT" | "SIGTERM", status: number): void {
  let received = false;
  const listener = (): void => {
    // A run does, or the program itself.
    if (process.listenerCount(name) > 1) return;
    const tasks = unfinishedTasks();
    if (received) {
      const running = tasks.map(
        (task) => `    ${task.describe()} waits for ${task.waitingOn?.describe() ?? "nothing"}\n`,
      );
      process.stderr.write(`\n${name} again: ending at once. Still running:\n${running.join("")}`);
      process.exit(status);
    }
    received = true;
    cancelAll(tasks, name, () => leave(status));
  };
  process.on(name, Object.assign(listener, { [Symbol.for("tsyncio.standIn")]: true }));
}

/** Of each copy of tsyncio that the program has loaded. */
function unfinishedTasks(): CoreTask[] {
  const runtime = (globalThis as unknown as Record<symbol, Runtime | undefined>)[Symbol.for("tsyncio.runtime")];
  return (runtime?.copies ?? []).flatMap(({ roots }) => [...roots].flatMap((root) => [...root.tasks()]));
}

/** Also what the clean-ups leave behind. */
function cancelAll(tasks: readonly CoreTask[], reason: string, done: () => void): void {
  let left = tasks.length;
  if (left === 0) done();
  for (const task of tasks) {
    task.cancel(reason);
    (task as Task<unknown>).addDoneCallback(() => {
      if (--left === 0) cancelAll(unfinishedTasks(), reason, done);
    });
  }
}

/** The top level has a turn. It is thrown a `CancelledError`, which is no error that nobody caught. */
function leave(status: number): void {
  process.on("uncaughtException", () => process.exit(status));
  setTimeout(() => process.exit(status), 0);
}
