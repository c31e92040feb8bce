import type { Runtime } from "node:inspector";
import { Pauses } from "./pauses.js";
import type { Protocol } from "./protocol.js";
import { Scripts } from "./scripts.js";

/** A thread of a process, asked by its inspector: the main one, or that of a worker. */
export class Thread {
  readonly protocol: Protocol;
  readonly scripts: Scripts;
  /** For how long it may not answer, in milliseconds. */
  readonly timeout: number;
  /** Whether its inspector was open before: somebody else may debug it. */
  readonly wasOpen: boolean;
  readonly #pauses: Pauses;

  constructor(protocol: Protocol, timeout: number, wasOpen: boolean) {
    this.protocol = protocol;
    this.timeout = timeout;
    this.wasOpen = wasOpen;
    this.scripts = new Scripts(protocol);
    this.#pauses = new Pauses(protocol);
  }

  send<T = unknown>(method: string, params: object = {}, timeout: number = this.timeout): Promise<T> {
    return this.protocol.send<T>(method, params, timeout);
  }

  /**
   * The value of an expression, by copy. It runs at once, also in the middle of a step of the program.
   *
   * @throws Error where the expression throws
   */
  async evaluate<T>(expression: string, timeout: number = this.timeout): Promise<T> {
    const params = { expression, returnByValue: true, includeCommandLineAPI: true, silent: true };
    const { result, exceptionDetails } = await this.send<Runtime.EvaluateReturnType>(
      "Runtime.evaluate",
      params,
      timeout,
    );
    if (exceptionDetails === undefined) return result.value as T;
    throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  }

  /** Switches the debugger on for as long as something is done: only then are there pauses, and places in scripts. */
  async debugging<T>(use: (pauses: Pauses) => Promise<T>): Promise<T> {
    await this.send("Debugger.enable");
    try {
      return await use(this.#pauses);
    } finally {
      // What still stands, and is not debugged by others, goes on by this.
      if (this.protocol.isOpen) await this.send("Debugger.disable").catch(() => {});
      this.#pauses.current = undefined;
    }
  }
}
