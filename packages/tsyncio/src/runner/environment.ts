/** The process around the program, where there is one. */

/** What the runner needs of it. */
export interface HostProcess {
  exitCode?: number;
  on(event: string, listener: (...args: never[]) => void): unknown;
  off(event: string, listener: (...args: never[]) => void): unknown;
  listeners(event: string): unknown[];
  listenerCount(event: string): number;
  exit(status: number): never;
}

/** Undefined where a stand-in has the name but no events. */
export function hostProcess(): HostProcess | undefined {
  const { process } = globalThis as unknown as { process?: HostProcess };
  return typeof process?.listenerCount === "function" ? process : undefined;
}

/** Whether debug mode is switched on from outside. */
export function debugAsked(): boolean {
  const { process } = globalThis as unknown as { process?: { env?: Record<string, string | undefined> } };
  try {
    return !["", "0"].includes(process?.env?.["TSYNCIO_DEBUG"] ?? "");
  } catch {
    // Deno asks for a permission.
    return false;
  }
}
