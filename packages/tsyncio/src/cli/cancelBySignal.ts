import type { CoreTask } from "../kernel/coreTask.js";
import type { Runtime } from "../kernel/runtime.js";
import type { Task } from "../kernel/task.js";
import { formatUncaught } from "./errorReport.js";

/**
 * While no run is on, SIGINT and SIGTERM cancel what the program awaits outside of one, at its top level, as a run does with its own tasks: all
 * cleans up, then the process ends. A second signal ends it at once. The library is the program's own copy, which is not imported here.
 *
 * It stands aside while anybody else listens: a run, the program, or a package that cleans up when the process ends, and that sends the
 * signal again only where it is alone.
 */
export function cancelBySignal(): void {
  listen("SIGINT", 130);
  listen("SIGTERM", 143);
}

function listen(name: "SIGINT" | "SIGTERM", status: number): void {
  let received = false;
  const listener = (): void => {
    const tasks = unfinishedTasks();
    if (received) {
      const running = tasks.map(
        (task) => `    ${task.describe()} waits for ${task.waitingOn?.describe() ?? "nothing"}\n`,
      );
      process.stderr.write(`\n${name} again: ending at once. Still running:\n${running.join("")}`);
      process.exit(status);
    }
    received = true;
    process.on("uncaughtException", tell);
    // The top level has a turn.
    cancelAll(tasks, name, () => setTimeout(() => process.exit(status), 0));
  };
  // `run()` takes it for nobody.
  process.on(name, Object.assign(listener, { [Symbol.for("tsyncio.standIn")]: true }));
  process.on("newListener", (event, added) => {
    if (event !== name || added === listener) return;
    // When it is there: of a signal without a listener the platform lets go.
    queueMicrotask(() => process.listenerCount(name) > 1 && process.off(name, listener));
  });
  process.on("removeListener", (event, removed) => {
    if (event === name && removed !== listener && process.listenerCount(name) === 0) process.on(name, listener);
  });
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

/** The top level is thrown a `CancelledError`, which is no error that nobody caught; those of the clean-ups are. */
function tell(error: unknown): void {
  const { code } = Object(error) as { code?: unknown };
  if (code !== "TSYNCIO_CANCELLED") process.stderr.write(`${formatUncaught(error)}\n`);
}
