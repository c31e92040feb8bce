import * as nodeModule from "node:module";
import { pathToFileURL } from "node:url";

/** As in Node: the program has nothing left to do while its top-level `await` still waits. */
const UNSETTLED = 13;

/**
 * Runs a file as the main module of the process. Where the loader works in this thread, Node's own entry does it, so that
 * `import.meta.main` and `require.main` are true of the file. On Node 20 the entry does not ask the loader about CommonJS.
 */
export async function runAsMain(path: string): Promise<void> {
  const { runMain, registerHooks } = nodeModule.default as unknown as {
    runMain(path: string): void;
    registerHooks?: unknown;
  };
  if (registerHooks !== undefined) {
    runMain(path);
    return;
  }
  const explain = (): void => {
    if (process.exitCode === UNSETTLED)
      process.stderr.write(`tsyncio: ${path} ended while a top-level await still waited\n`);
  };
  process.once("exit", explain);
  await import(pathToFileURL(path).href);
  process.off("exit", explain);
}
