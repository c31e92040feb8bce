/** The process that closes an inspector later: `node closer.js PID LISTENERS`. */
import { opened } from "./findInspector.js";
import type { Listener } from "./listeners.js";
import { isGone } from "./processFacts.js";
import { Protocol } from "./protocol.js";

const HOUR = 60 * 60 * 1000;

const [, , pid, before = "[]"] = process.argv;
await close(Number(pid), JSON.parse(before) as Listener[]).catch(() => {});

async function close(pid: number, before: readonly Listener[]): Promise<void> {
  const inspector = await opened(pid, before, HOUR);
  if (inspector === undefined || inspector.wasOpen) return;
  const protocol = await Protocol.connect(inspector.url, HOUR);
  const expression = '(process.getBuiltinModule ?? require)("node:inspector").close()';
  while (protocol.isOpen && !isGone(pid)) {
    await protocol.send("Runtime.evaluate", { expression, includeCommandLineAPI: true }, 1000).catch(() => {});
  }
}
