/** A client of Redis, as far as this example needs one: commands of many tasks share a connection, and are pipelined. */
import { createTask, Future, type Task } from "tsyncio";
import { type Connection, IncompleteReadError, openConnection, openUnixConnection } from "tsyncio/net";

export type Reply = string | number | null | readonly Reply[] | RedisError;

/** What the server refuses a command with. */
export class RedisError extends Error {
  override readonly name = "RedisError";
}

export class RedisClient {
  readonly #connection: Connection;
  /** The replies that are due, in the order of their commands. */
  readonly #due: Future<Reply>[] = [];
  readonly #receiving: Task<void>;

  /** `host:port`, or the path of a socket. */
  static async connect(address: string): Promise<RedisClient> {
    const [, host, port] = /^([^/]+):(\d+)$/.exec(address) ?? [];
    return new RedisClient(await (host ? openConnection(host, Number(port)) : openUnixConnection(address)));
  }

  private constructor(connection: Connection) {
    this.#connection = connection;
    this.#receiving = createTask(this.#receive(), { name: "replies of Redis" });
  }

  /**
   * Sends a command and waits for its reply. Several tasks may do so at once: nobody waits for the reply of another one. Where it is cancelled the
   * reply still comes, and is dropped.
   */
  async command(...words: readonly (string | number)[]): Promise<Reply> {
    const [, writer] = this.#connection;
    const reply = new Future<Reply>();
    this.#due.push(reply);
    writer.write(
      `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(`${word}`)}\r\n${word}\r\n`).join("")}`,
    );
    await writer.drain();
    const value = await reply;
    if (value instanceof RedisError) throw value;
    return value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const [, writer] = this.#connection;
    this.#receiving.cancel();
    writer.close();
    await writer.waitClosed();
  }

  async #receive(): Promise<void> {
    let failure: unknown = new Error("Redis has closed the connection");
    try {
      for (;;) {
        const reply = await this.#read();
        const future = this.#due.shift();
        // Whoever was cancelled does not want it any more.
        if (!future?.done()) future?.setResult(reply);
      }
    } catch (error) {
      if (!(error instanceof IncompleteReadError)) failure = error;
    } finally {
      for (const future of this.#due) if (!future.done()) future.setException(failure);
    }
  }

  /** One reply (https://redis.io/docs/latest/develop/reference/protocol-spec/). */
  async #read(): Promise<Reply> {
    const [reader] = this.#connection;
    const line = String(await reader.readUntil("\r\n")).slice(0, -2);
    const [kind, rest] = [line[0], line.slice(1)];
    const count = Number(rest);
    switch (kind) {
      case "+":
        return rest;
      case "-":
        return new RedisError(rest);
      case ":":
        return count;
      case "$":
        return count < 0 ? null : String((await reader.readExactly(count + 2)).subarray(0, -2));
      case "*": {
        if (count < 0) return null;
        const replies: Reply[] = [];
        for (let number = 0; number < count; number++) replies.push(await this.#read());
        return replies;
      }
      default:
        throw new Error(`not a reply of Redis: ${line}`);
    }
  }
}
