/**
 * A connection to the inspector of a process, which leaves the process as it was: an inspector that was opened for it is closed again.
 */
import { AttachError } from "./attachError.js";
import { closeLater } from "./closeLater.js";
import { findInspector } from "./findInspector.js";
import { type Listener, listenersOf } from "./listeners.js";
import { childrenOf, factsOf, isGone, type ProcessFacts, throwIfStopped } from "./processFacts.js";
import { Disconnected, NoAnswer, Protocol } from "./protocol.js";
import { Thread } from "./thread.js";

export interface AttachOptions {
  /** For how long the process may not answer, in milliseconds. Default: 5000. */
  readonly timeout?: number;
}

/** For how long to wait that the inspector is closed between two steps, in milliseconds. */
const PATIENCE = 300;

/** The main thread of a process. */
export class Attachment extends Thread {
  readonly pid: number;
  /** At what the process listened before its inspector was opened. */
  readonly #before: readonly Listener[];
  #detached: Promise<void> | undefined;

  private constructor(pid: number, protocol: Protocol, wasOpen: boolean, before: readonly Listener[], timeout: number) {
    super(protocol, timeout, wasOpen);
    this.pid = pid;
    this.#before = before;
  }

  /**
   * Attaches to a running process of Node.
   *
   * @throws AttachError where there is none, it is not permitted, or the process does not answer
   */
  static async to(pid: number, { timeout = 5000 }: AttachOptions = {}): Promise<Attachment> {
    const facts = factsOf(pid);
    const before = listenersOf(pid) ?? [];
    const inspector = await findInspector(facts, timeout);
    if (inspector === undefined) {
      closeLater(pid, before);
      throwIfStopped(pid);
      throw unanswered(pid, timeout, "its inspector is closed again as soon as it goes on");
    }
    const protocol = await Protocol.connect(inspector.url, timeout);
    const attachment = new Attachment(pid, protocol, inspector.wasOpen, before, timeout);
    try {
      await attachment.#greet(facts);
      return attachment;
    } catch (error) {
      await attachment.detach();
      throw attachment.explained(error);
    }
  }

  async #greet(facts: ProcessFacts): Promise<void> {
    const pid = await this.evaluate<number>("process.pid");
    if (pid !== facts.innerPid) throw new AttachError(`what answers for process ${facts.pid} is process ${pid}`);
    // Without it a process that ends would wait for us, and say so.
    await this.send("NodeRuntime.notifyWhenWaitingForDisconnect", { enabled: true });
    this.protocol.on("NodeRuntime.waitingForDisconnect", () => void this.protocol.close());
  }

  /** Leaves the process as it was. May be called again. */
  detach(): Promise<void> {
    this.#detached ??= this.#leave();
    return this.#detached;
  }

  async #leave(): Promise<void> {
    const { pid, protocol } = this;
    if (protocol.isOpen && !this.wasOpen) {
      // A loop that is blocked closes it in the middle of a step, for nobody knows how long that goes on.
      const closed = (await this.#closeBy(`${IMMEDIATE}(() => ${CLOSE})`)) || (await this.#closeBy(CLOSE));
      if (!closed && !isGone(pid)) closeLater(pid, this.#before);
    }
    await protocol.close();
  }

  /** Whether the process has closed its inspector, which closes the connection. */
  async #closeBy(expression: string): Promise<boolean> {
    await this.evaluate(`${expression}, 0`, PATIENCE).catch(() => {});
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PATIENCE);
    });
    await Promise.race([this.protocol.closed, late]);
    clearTimeout(timer);
    return !this.protocol.isOpen;
  }

  /** What went wrong with the connection, for the person who asked. */
  explained(error: unknown): unknown {
    if (error instanceof NoAnswer && !isGone(this.pid)) return unanswered(this.pid, this.timeout);
    if (!(error instanceof Disconnected || error instanceof NoAnswer)) return error;
    return isGone(this.pid)
      ? new AttachError(`process ${this.pid} has ended`)
      : new AttachError(`process ${this.pid} has closed its inspector`);
  }
}

const BUILTIN = "(process.getBuiltinModule ?? require)";
const IMMEDIATE: string = `${BUILTIN}("node:timers").setImmediate`;
const CLOSE: string = `${BUILTIN}("node:inspector").close()`;

function unanswered(pid: number, timeout: number, afterwards?: string): AttachError {
  const children = childrenOf(pid);
  const lines = [
    `process ${pid} did not answer within ${timeout / 1000} s`,
    "its thread is busy outside of JavaScript (execSync, Atomics.wait, a long call of the system or of an addon), where nothing can interrupt it",
  ];
  if (children.length > 0) lines.push(`processes that it has started: ${children.join(", ")}`);
  if (afterwards !== undefined) lines.push(afterwards);
  return new AttachError(lines.join("\n  "));
}
