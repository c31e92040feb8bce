import { join } from "node:path";
import { CommandError } from "./commandError.js";
import { findPackage } from "./findPackage.js";

/** What the commands need of `@tsyncio/inspector/attach`. */
export interface Inspector {
  ps(pid: number, options: LookOptions): Promise<string>;
  pstree(pid: number, options: LookOptions): Promise<string>;
  top(pid: number, options: { timeout: number; interval: number }): Promise<void>;
}

export interface LookOptions {
  readonly limit: number;
  readonly json: boolean;
  readonly timeout: number;
}

/**
 * Has the inspector do something.
 *
 * @throws CommandError where it is not installed, or the process cannot be looked into
 */
export async function withInspector<T>(command: string, use: (inspector: Inspector) => Promise<T>): Promise<T> {
  const url = findPackage(command, "@tsyncio/inspector/attach", join(process.cwd(), "package.json"));
  try {
    return await use((await import(url)) as Inspector);
  } catch (error) {
    if ((error as { code?: unknown }).code !== "ERR_TSYNCIO_ATTACH") throw error;
    throw new CommandError((error as Error).message);
  }
}
