/**
 * Closes the inspector of a process that was asked to open it and could not do so yet, for it was in native code: a process of our own
 * waits for that, so that nothing stays open behind the command.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Listener } from "./listeners.js";

/** @param before - at what the process listened before it was asked */
export function closeLater(pid: number, before: readonly Listener[]): void {
  const script = fileURLToPath(new URL("closer.js", import.meta.url));
  spawn(process.execPath, [script, String(pid), JSON.stringify(before)], { detached: true, stdio: "ignore" }).unref();
}
