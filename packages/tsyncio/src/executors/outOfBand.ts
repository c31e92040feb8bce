/**
 * Ways in which a function in a worker fails without throwing: an error in a callback of its own, a rejection that nobody handles,
 * `process.exit()` in a thread. The platform would end the thread, and whoever awaits the function would wait for ever.
 */
import { syncBuiltinESMExports } from "node:module";
import { isMainThread } from "node:worker_threads";

let failCurrent: ((error: unknown) => void) | null = null;

/** Makes such errors those of the job that is on. */
export function watchOutOfBand(): void {
  const failed = (error: unknown): void => {
    if (failCurrent) failCurrent(error);
    else console.error("an error in what a function has left behind in its worker:\n", error);
  };
  process.on("uncaughtException", failed);
  process.on("unhandledRejection", failed);
  // A process of a pool may end, as it says.
  if (isMainThread) return;
  process.exit = (code = process.exitCode): never => {
    const call = `process.exit(${code ?? ""})`;
    throw new Error(`${call} was called in a thread of a pool, where it ends nothing: return, or throw`);
  };
  syncBuiltinESMExports();
}

/** Calls a function that may fail in such a way. */
export async function withOutOfBand<T>(call: () => T): Promise<Awaited<T>> {
  const failed = new Promise<never>((_, reject) => {
    failCurrent = reject;
  });
  try {
    return await Promise.race([call(), failed]);
  } finally {
    failCurrent = null;
  }
}
