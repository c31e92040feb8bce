import type * as Debug from "../debug/index.js";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * Calls something once at the end of the process: by itself, by `process.exit()`, after an error, and by a signal. While a run is on, that handles the
 * signals, and leaves by `process.exit()`; at other times they would end the process at once, so they are listened to.
 */
export function onEnd(debug: typeof Debug, callback: () => void): void {
  let runs = 0;
  let ended = false;
  const end = (): void => {
    if (ended) return;
    ended = true;
    callback();
  };
  const listeners = SIGNALS.map((name) => ({
    name,
    listener: () => {
      // The program handles the signal itself.
      if (process.listenerCount(name) > 1) return;
      end();
      unlisten();
      process.kill(process.pid, name);
    },
  }));
  const listen = (): void => {
    for (const { name, listener } of listeners) process.on(name, listener);
  };
  const unlisten = (): void => {
    for (const { name, listener } of listeners) process.off(name, listener);
  };
  listen();
  debug.addInstrument({
    beforeRun() {
      if (runs++ === 0) unlisten();
    },
    afterRun() {
      if (--runs === 0) listen();
    },
  });
  process.once("exit", end);
}
