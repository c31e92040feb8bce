/**
 * Writing bytes to a stream of the platform, as asyncio does: `write()` never waits, `drain()` waits while too much is under way.
 */
import type { Duplex, Writable } from "node:stream";
import { librarySite } from "../kernel/codeSite.js";
import type { CoreTask } from "../kernel/coreTask.js";
import type { Coroutine } from "../kernel/coroutine.js";
import type { Duration } from "../kernel/duration.js";
import { InvalidStateError } from "../kernel/errors.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { CLAIMING } from "../kernel/taskBits.js";
import { checkCount, unfit } from "../kernel/unfit.js";
import { SUSPEND, type Verdict } from "../kernel/verdict.js";
import { extraInfo } from "./extraInfo.js";
import { HostQueue } from "./hostQueue.js";
import { HostWait } from "./hostWait.js";
import { showFields } from "./showFields.js";
import { connectionLost } from "./streamErrors.js";
import type { StreamReader } from "./streamReader.js";
import { WaitClosed } from "./waitClosed.js";

const drainSite = librarySite("StreamWriter.drain");
const closedSite = librarySite("StreamWriter.waitClosed");

/** 64 KiB and a quarter of it, as in asyncio. */
const HIGH = 2 ** 16;

/** A stream of the platform, with what only sockets have. */
export type ByteSink = Writable & Partial<Pick<Duplex, "resume">> & { destroySoon?(): void };

/** How much may be under way; see {@link StreamWriter.setWriteBufferLimits}. */
export interface WriteBufferLimits {
  /** Bytes under way above which `drain()` waits. Default: 64 KiB, or four times `low`. */
  readonly high?: number | undefined;
  /** Bytes under way down to which it waits. Default: a quarter of `high`. */
  readonly low?: number | undefined;
}

/** Options of {@link StreamWriter.startTls}. */
export interface StartTlsOptions {
  /** Whether this end is the server of the handshake. Default: whether it is the one of the connection. */
  readonly serverSide?: boolean | undefined;
  /** The name that the certificate of the server must have, and that is sent to it. */
  readonly serverHostname?: string | undefined;
  /** The time for the handshake. Default: 60 seconds. */
  readonly tlsHandshakeTimeout?: Duration | undefined;
}

/** @internal */
export type Upgrade = (writer: StreamWriter, tls: unknown, options: StartTlsOptions) => Coroutine<void>;

/**
 * The writing side of a connection or a pipe (source: `asyncio.StreamWriter`). Leaving `await using` flushes and closes it.
 *
 * @example
 * ```ts
 * writer.write("hello\n");
 * await writer.drain();        // waits while the peer is slow
 * writer.close();
 * await writer.waitClosed();
 * ```
 */
export class StreamWriter {
  /** The stream of the platform beneath, for what has no counterpart here. */
  stream: ByteSink;
  readonly #reader: StreamReader | null;
  readonly #upgrade: Upgrade | undefined;
  /** @internal */ readonly draining: HostQueue = new HostQueue();
  /** @internal */ readonly closing: HostQueue = new HostQueue();
  #high = HIGH;
  #low = HIGH / 4;
  #paused = false;
  #isClosing = false;
  #wroteEof = false;
  #closed = false;
  #error: unknown;
  readonly #written = (): void => {
    if (this.#paused && this.stream.writableLength <= this.#low) this.#resume();
  };
  readonly #failed = (error: unknown): void => {
    this.#error ??= error;
  };
  readonly #gone = (): void => {
    this.#closed = true;
    this.#isClosing = true;
    this.#resume();
    this.closing.wake(Number.POSITIVE_INFINITY, CLAIMING);
  };

  /**
   * @param reader - of the same stream: what that fails with, `drain()` fails with as well
   * @param upgrade - turns it to TLS, where that is possible
   */
  constructor(stream: ByteSink, reader: StreamReader | null = null, upgrade?: Upgrade) {
    this.stream = stream;
    this.#reader = reader;
    this.#upgrade = upgrade;
    this.#attach();
  }

  /**
   * Hands bytes, or text as UTF-8, to the stream; never waits. After the connection was lost it does nothing: `drain()` tells.
   *
   * @throws InvalidStateError after `writeEof()`
   */
  write(data: Uint8Array | string): void {
    if (typeof data !== "string" && !(data instanceof Uint8Array)) throw unfit("write takes bytes or text", data);
    if (this.#wroteEof) throw new InvalidStateError("cannot write after writeEof()");
    if (this.#isClosing || data.length === 0) return;
    const { stream } = this;
    // A callback costs a turn of Node's own queue: only where `drain()` may wait for it. Of UTF-16 one unit is at most three bytes.
    const most = typeof data === "string" ? data.length * 3 : data.length;
    if (!this.#paused && stream.writableLength + most <= this.#high) {
      stream.write(data);
      return;
    }
    stream.write(data, this.#written);
    if (stream.writableLength > this.#high) this.#paused = true;
  }

  /** Writes several pieces at once. */
  writeLines(lines: Iterable<Uint8Array | string>): void {
    this.stream.cork();
    try {
      for (const line of lines) this.write(line);
    } finally {
      this.stream.uncork();
    }
  }

  /**
   * Waits while more than the high-water mark is under way, until it is down to the low one. After `close()` it yields once.
   *
   * @throws what the reader of the stream has failed with
   * @throws an error with the code `ECONNRESET` where the connection is lost
   */
  drain(): Coroutine<void> {
    return noteCreated(new Drain(drainSite, this, this.draining), this.drain);
  }

  /** Ends the writing side, after what was written has been sent; reading goes on. */
  writeEof(): void {
    if (this.#wroteEof || this.#isClosing) return;
    this.#wroteEof = true;
    this.stream.end();
  }

  /** Whether the stream can be closed for writing alone: TLS cannot. */
  canWriteEof(): boolean {
    return !("encrypted" in this.stream);
  }

  /** Sends what was written and closes the stream. Nothing happens where it is closed, or closing. */
  close(): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    const { stream } = this;
    // What the peer still sends is of no interest, and would keep the end from being seen.
    stream.resume?.();
    if (stream.destroySoon) stream.destroySoon();
    else stream.end();
  }

  /** Closes it at once; what was written and is still under way is lost. */
  abort(): void {
    this.#isClosing = true;
    this.stream.destroy();
  }

  /** Whether it is closed, or about to be. */
  isClosing(): boolean {
    return this.#isClosing;
  }

  /**
   * Waits until the stream is closed, after `close()`.
   *
   * @throws what it was lost by
   */
  waitClosed(): Coroutine<void> {
    return noteCreated(this.ended(), this.waitClosed);
  }

  /** Sends what was written and closes the stream. */
  [Symbol.asyncDispose](): Coroutine<void> {
    this.close();
    return this.ended();
  }

  /**
   * What is known of the connection: `"peername"` and `"sockname"` (address and port), `"socket"`, and of TLS `"peercert"`, `"cipher"`,
   * `"alpnProtocol"`, `"sslObject"`; `fallback` where it is not known.
   */
  getExtraInfo(name: string, fallback?: unknown): unknown {
    return extraInfo(this.stream, name) ?? fallback;
  }

  /**
   * Encrypts a connection that is on (source: `StreamWriter.start_tls`). Reader and writer stay the same; what the reader has and nobody
   * has taken is the beginning of the handshake.
   *
   * @throws TimeoutError where the handshake takes longer than `tlsHandshakeTimeout`
   * @throws what the handshake failed with; the connection is closed then
   * @example
   * ```ts
   * writer.write("STARTTLS\r\n");
   * await reader.readLine();
   * await writer.startTls(true, { serverHostname: "mail.example.org" });
   * ```
   */
  startTls(tls: unknown = true, options: StartTlsOptions = {}): Coroutine<void> {
    if (!this.#upgrade) throw new InvalidStateError("only a connection can turn to TLS");
    return noteCreated(this.#upgrade(this, tls, options), this.startTls);
  }

  /** Sets how much may be under way before `drain()` waits (source: `WriteTransport.set_write_buffer_limits`). Bytes. */
  setWriteBufferLimits({ high, low }: WriteBufferLimits = {}): void {
    const top = high ?? (low === undefined ? HIGH : low * 4);
    const bottom = low ?? Math.floor(top / 4);
    checkCount(bottom, 0, "the low-water mark");
    checkCount(top, bottom, "the high-water mark");
    this.#high = top;
    this.#low = bottom;
    if (this.stream.writableLength <= top) this.#written();
    else {
      this.#paused = true;
      // Nobody may have asked to be told of what is under way.
      if (this.stream.writableEnded) this.stream.once("finish", this.#written);
      else this.stream.write("", this.#written);
    }
  }

  /** Bytes that were written and are still under way. */
  getWriteBufferSize(): number {
    return this.stream.writableLength;
  }

  /** @internal Goes on with another stream in place of this one, which that has taken over. */
  moveTo(stream: ByteSink): void {
    this.#detach();
    this.stream = stream;
    this.#attach();
    this.#resume();
  }

  /** @internal A wait for the end that nobody has to be told of. */
  ended(): Coroutine<void> {
    return new WaitClosed(closedSite, this, this.closing);
  }

  /** @internal Whether the error says that the connection is gone, and nothing else. */
  isLoss(error: unknown): boolean {
    if (error !== undefined && (error === this.#error || error === this.#reader?.exception())) return true;
    return this.#closed && (error as NodeJS.ErrnoException | null)?.code === "ECONNRESET";
  }

  /** @internal */
  get busy(): boolean {
    return this.#paused && !this.#closed;
  }

  /** @internal */
  get gone(): boolean {
    return this.#closed;
  }

  /** @internal @param waited - whether the connection was there when the task began to wait */
  checkDrained(waited: boolean): void {
    const failure = this.#reader?.exception() ?? this.#error;
    if (failure !== undefined) throw failure;
    if (this.#closed && !waited) throw connectionLost();
  }

  /** @internal */
  checkClosed(): void {
    if (this.#error !== undefined) throw this.#error;
  }

  #resume(): void {
    this.#paused = false;
    this.draining.wake(Number.POSITIVE_INFINITY, CLAIMING);
  }

  #attach(): void {
    const { stream } = this;
    if (stream.errored) this.#failed(stream.errored);
    stream.on("error", this.#failed);
    if (stream.closed) this.#gone();
    else stream.once("close", this.#gone);
  }

  #detach(): void {
    this.stream.off("error", this.#failed);
    this.stream.off("close", this.#gone);
  }

  toString(): string {
    return "a stream";
  }

  static {
    showFields(StreamWriter.prototype, "StreamWriter", (writer) => ({
      underWay: writer.getWriteBufferSize(),
      isClosing: writer.isClosing(),
    }));
  }
}

class Drain extends HostWait<void, StreamWriter> {
  #waited = false;

  override begin(task: CoreTask): Verdict {
    const { place } = this;
    if (this.#waited || !place.isClosing() || place.gone) return super.begin(task);
    // A task that writes in a loop to a connection that is closing gives others their turn.
    this.#waited = true;
    task.waitingOn = this;
    task.wakeUp(CLAIMING);
    return SUSPEND;
  }

  ready(): boolean {
    this.#waited ||= this.place.busy;
    return !this.place.busy;
  }

  perform(): void {
    this.place.checkDrained(this.#waited);
  }
}
