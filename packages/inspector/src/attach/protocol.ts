/** A session of the inspector's protocol (https://chromedevtools.github.io/devtools-protocol/): over its web socket, or over the session of another thread. */
import { once } from "node:events";
import WebSocket from "ws";

/** The other side did not answer in time. */
export class NoAnswer extends Error {
  override get name(): string {
    return "NoAnswer";
  }
}

/** The connection has been closed. */
export class Disconnected extends Error {
  override get name(): string {
    return "Disconnected";
  }
}

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** What carries the messages. */
export interface Wire {
  readonly isOpen: boolean;
  post(message: string): void;
  close(): Promise<void>;
}

export class Protocol {
  readonly #wire: Wire;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Map<string, (params: unknown) => void>();
  #lastId = 0;
  /** Settled when the connection has been closed, by whichever side. */
  readonly closed: Promise<void>;

  /** @param closed - settled when nothing more comes */
  constructor(wire: Wire, closed: Promise<void>) {
    this.#wire = wire;
    this.closed = closed.then(() => {
      for (const { reject } of this.#pending.values()) reject(new Disconnected("the process closed the connection"));
      this.#pending.clear();
    });
  }

  /** @throws what the socket says where nobody takes the connection */
  static async connect(url: string, timeout: number): Promise<Protocol> {
    const socket = new WebSocket(url, { handshakeTimeout: timeout, perMessageDeflate: false, maxPayload: 0 });
    await once(socket, "open");
    const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
    // An error is always followed by "close".
    socket.on("error", () => {});
    const protocol = new Protocol(wireOf(socket, closed), closed);
    socket.on("message", (data) => protocol.receive(String(data)));
    return protocol;
  }

  get isOpen(): boolean {
    return this.#wire.isOpen;
  }

  /**
   * Sends a command and waits for its result.
   *
   * @param timeout - in milliseconds
   * @throws NoAnswer after the timeout
   * @throws Disconnected where the connection is closed before
   */
  send<T = unknown>(method: string, params: object, timeout: number): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (!this.isOpen) {
        reject(new Disconnected("the connection is closed"));
        return;
      }
      const id = ++this.#lastId;
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(new NoAnswer(`no answer to ${method} within ${timeout} ms`));
      }, timeout);
      this.#pending.set(id, {
        resolve(result) {
          clearTimeout(timer);
          resolve(result as T);
        },
        reject(error) {
          clearTimeout(timer);
          reject(error);
        },
      });
      this.#wire.post(JSON.stringify({ id, method, params }));
    });
  }

  /** Calls the listener at each such event, in place of the one that was set before. */
  on<T>(method: string, listener: (params: T) => void): void {
    this.#listeners.set(method, listener as (params: unknown) => void);
  }

  async close(): Promise<void> {
    await this.#wire.close();
    await this.closed;
  }

  /** The other side has sent something. */
  receive(message: string): void {
    const { id, method, params, result, error } = JSON.parse(message) as Answer;
    if (id === undefined) {
      if (method !== undefined) this.#listeners.get(method)?.(params);
      return;
    }
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (error === undefined) pending?.resolve(result);
    else pending?.reject(new Error(error.message));
  }
}

function wireOf(socket: WebSocket, closed: Promise<void>): Wire {
  return {
    get isOpen() {
      return socket.readyState === WebSocket.OPEN;
    },
    post: (message) => socket.send(message),
    async close() {
      socket.close();
      // A process that is blocked does not close its side; its thread for the inspector does in most cases.
      const timer = setTimeout(() => socket.terminate(), 500);
      await closed;
      clearTimeout(timer);
    },
  };
}
