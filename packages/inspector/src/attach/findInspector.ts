/** Finds the inspector of a process, and opens it where it is not open. */
import { setTimeout as pause } from "node:timers/promises";
import { AttachError } from "./attachError.js";
import { isTaken, type Listener, listenersOf } from "./listeners.js";
import { isGone, noProcess, type ProcessFacts } from "./processFacts.js";

export interface Inspector {
  /** Of its web socket. */
  readonly url: string;
  /** Whether it was open before. */
  readonly wasOpen: boolean;
}

/** Where Node opens its inspector when nobody says anything else. */
const DEFAULT_PORT = 9229;
const POLL = 20;
/** An inspector that was open all the time answers nothing to the signal; it is looked for elsewhere then. */
const PATIENCE = 400;

/**
 * The inspector of a process. Where it is not open, the process is sent SIGUSR1, at which Node opens it, on 127.0.0.1.
 *
 * @param timeout - in milliseconds
 * @returns undefined where the process has got the signal, but opens nothing within the time
 * @throws AttachError where it cannot be opened
 */
export async function findInspector(facts: ProcessFacts, timeout: number): Promise<Inspector | undefined> {
  const { pid, options } = facts;
  const before = listenersOf(pid) ?? [];
  const ports = [...options.matchAll(/--(?:inspect-port|debug-port)[= ](?:\S*:)?(\d+)/g)];
  const port = Number(ports.at(-1)?.[1] ?? DEFAULT_PORT);
  // A server of the program gets no request that it does not expect, unless there is no other way.
  const likely = /--inspect(?!-port)/.test(options)
    ? before
    : before.filter((listener) => listener.endsWith(`:${port}`));
  const url = await firstInspector(likely);
  if (url !== undefined) return { url, wasOpen: true };

  if (port !== 0 && isTaken(pid, port)) {
    const elsewhere = await firstInspector(before);
    if (elsewhere !== undefined) return { url: elsewhere, wasOpen: true };
    throw new AttachError(
      `process ${pid} would open its inspector at 127.0.0.1:${port}, which another process has taken: one that is debugged, or looked into just now`,
    );
  }
  signal(pid);
  return await opened(pid, before, timeout);
}

/**
 * Waits for the inspector of a process that has got the signal.
 *
 * @param before - at what it listened before
 */
export async function opened(
  pid: number,
  before: readonly Listener[],
  timeout: number,
): Promise<Inspector | undefined> {
  const begin = performance.now();
  let unasked: readonly Listener[] = before;
  do {
    await pause(Math.min(POLL + (performance.now() - begin) / 20, 250));
    const now = listenersOf(pid);
    const fresh = now?.filter((listener) => !before.includes(listener)) ?? [`127.0.0.1:${DEFAULT_PORT}`];
    const url = await firstInspector(fresh);
    if (url !== undefined) return { url, wasOpen: false };
    if (isGone(pid)) throw noProcess(pid);
    if (unasked.length > 0 && performance.now() - begin > PATIENCE) {
      const elsewhere = await firstInspector(unasked);
      if (elsewhere !== undefined) return { url: elsewhere, wasOpen: true };
      unasked = [];
    }
  } while (performance.now() - begin < timeout);
  return undefined;
}

function signal(pid: number): void {
  if (process.platform !== "win32") process.kill(pid, "SIGUSR1");
  else {
    try {
      (process as unknown as { _debugProcess(pid: number): void })._debugProcess(pid);
    } catch (error) {
      throw new AttachError(`process ${pid} opens no inspector: ${(error as Error).message}`);
    }
  }
}

async function firstInspector(listeners: readonly Listener[]): Promise<string | undefined> {
  const urls = await Promise.all(listeners.map(inspectorAt));
  return urls.find((url) => url !== undefined);
}

/** The web socket of the main thread, where a listener is an inspector. */
async function inspectorAt(listener: Listener): Promise<string | undefined> {
  try {
    const response = await fetch(`http://${listener}/json/list`, { signal: AbortSignal.timeout(1000) });
    const targets = (await response.json()) as { type?: unknown; webSocketDebuggerUrl?: unknown }[];
    const target = targets.find(({ type }) => type === "node");
    if (typeof target?.webSocketDebuggerUrl !== "string") return undefined;
    const url = new URL(target.webSocketDebuggerUrl);
    url.host = listener;
    return url.href;
  } catch {
    return undefined;
  }
}
