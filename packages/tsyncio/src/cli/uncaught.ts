import { formatUncaught } from "./errorReport.js";

/**
 * Prints an error that nobody caught, in place of Node's own message, and ends the process with status 1. A rejection that nobody
 * handled comes here too.
 */
export function reportUncaught(): void {
  process.on("uncaughtException", (error: unknown) => {
    // The program, or `run()` after a signal, has a listener too: what it does is what happens.
    if (process.listenerCount("uncaughtException") > 1) return;
    process.stderr.write(`${formatUncaught(error)}\n`);
    process.exit(1);
  });
}
