/** A connection that was accepted, and the task that serves it. */
import type { Context } from "../kernel/context.js";
import { EXCEPTION, STATE } from "../kernel/futureBits.js";
import { Observer } from "../kernel/observer.js";
import type { Root } from "../kernel/root.js";
import { spawn } from "../kernel/spawn.js";
import { isAwaitable, toCoroutine } from "../kernel/toFuture.js";
import type { StreamWriter } from "../streams/streamWriter.js";
import type { Server } from "./server.js";

/**
 * Calls a handler and runs what it returns as a task of the run that has started the server. What fails is reported, and the connection is
 * closed when the task has ended, however it ends. A client that has gone away is no failure of the handler, and reported in debug mode alone.
 */
export function handleClient(
  handler: () => unknown,
  writer: StreamWriter,
  server: Server,
  root: Root,
  context: Context,
): void {
  const message = "Unhandled exception in client_connected_cb";
  const { scheduler } = root;
  try {
    const served = context.run(handler);
    if (!isAwaitable(served)) return;
    const task = spawn(toCoroutine(served, "startServer"), root, { context });
    task.retrieve();
    server.handles(1);
    new Observer(task, false, scheduler, () => {
      if ((task.flags & STATE) === EXCEPTION && (root.debug || !writer.isLoss(task.value)))
        scheduler.report({ message, exception: task.value, task });
      writer.close();
      server.handles(-1);
    });
  } catch (exception) {
    scheduler.report({ message, exception });
    writer.abort();
  }
}
