/** Tells when a process is stopped by a debugger. */
import type { Debugger } from "node:inspector";
import type { Protocol } from "./protocol.js";

export type Pause = Debugger.PausedEventDataType;

export class Pauses {
  /** The one that is on. */
  current: Pause | undefined;
  #told: (pause: Pause | undefined) => void = () => {};

  constructor(protocol: Protocol) {
    protocol.on<Pause>("Debugger.paused", (pause) => {
      this.current = pause;
      this.#told(pause);
    });
    protocol.on("Debugger.resumed", () => {
      this.current = undefined;
    });
    void protocol.closed.then(() => this.#told(undefined));
  }

  /** The next pause; undefined where none comes within so many milliseconds, or before the connection is closed. */
  next(patience: number): Promise<Pause | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, patience, undefined);
      this.#told = (pause) => {
        clearTimeout(timer);
        resolve(pause);
      };
    });
  }
}
