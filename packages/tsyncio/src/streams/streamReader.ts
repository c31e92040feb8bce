/**
 * Reading bytes from a stream of the platform, as asyncio does.
 *
 * What has come stands in a queue of bytes until it is asked for. A read looks at the queue when it begins and again each time its
 * task is woken, so a read that is cancelled has taken nothing. Where much stands in the queue the stream is paused: the memory of a
 * slow reader is bounded.
 */
import { type CodeSite, librarySite } from "../kernel/codeSite.js";
import type { CoreTask } from "../kernel/coreTask.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { InvalidStateError } from "../kernel/errors.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { CLAIMING } from "../kernel/taskBits.js";
import { checkCount, unfit } from "../kernel/unfit.js";
import { type ItemIterator, iterate } from "../queues/itemIterator.js";
import { ByteQueue } from "./byteQueue.js";
import { HostQueue } from "./hostQueue.js";
import { HostWait } from "./hostWait.js";
import { showFields } from "./showFields.js";
import { IncompleteReadError, LimitOverrunError } from "./streamErrors.js";

/** 64 KiB, as in asyncio. */
export const DEFAULT_LIMIT: number = 2 ** 16;

const NEWLINE: readonly Buffer[] = [Buffer.from("\n")];

const readSite = librarySite("StreamReader.read");
const readExactlySite = librarySite("StreamReader.readExactly");
const readUntilSite = librarySite("StreamReader.readUntil");
const readLineSite = librarySite("StreamReader.readLine");

/** What ends a part: text stands for its UTF-8 bytes; of several, the one that ends first counts. */
export type Separator = string | Uint8Array | readonly (string | Uint8Array)[];

/** Options of a {@link StreamReader}. */
export interface StreamReaderOptions {
  /** Bytes: no line may be longer, and where twice as much is waiting to be read the stream is paused. Default: 64 KiB. */
  readonly limit?: number | undefined;
}

/** Where the bytes come from, as the reader sees it. */
export interface ByteSource {
  pause(): unknown;
  resume(): unknown;
}

/**
 * The bytes of a connection, of a pipe, of standard input (source: `asyncio.StreamReader`). One task reads at a time. A read that is cancelled
 * loses nothing.
 *
 * @example
 * ```ts
 * const [reader, writer] = await openConnection("localhost", 6379);
 * writer.write("PING\r\n");
 * console.log(String(await reader.readLine()));   // +PONG
 * ```
 */
export class StreamReader implements AsyncIterable<Buffer> {
  /** @internal */ readonly bytes: ByteQueue = new ByteQueue();
  /** @internal */ readonly reading: HostQueue = new HostQueue(false);
  #limit = DEFAULT_LIMIT;
  #source: ByteSource | null = null;
  #paused = false;
  /** The source is paused whenever nobody waits for more. */
  #onDemand = false;
  #ended = false;
  #error: unknown;
  #failed = false;
  /** So much may come before the stream is paused, since somebody waits for all of it. */
  #wanted = 0;

  constructor({ limit = DEFAULT_LIMIT }: StreamReaderOptions = {}) {
    this.limit = limit;
  }

  /**
   * Bytes: no line may be longer. Settable, for a reader that somebody else has made, such as standard input.
   *
   * @throws TypeError where it is set to anything but a whole number from 1, or Infinity
   */
  get limit(): number {
    return this.#limit;
  }

  set limit(limit: number) {
    checkCount(limit, 1, "the limit of a StreamReader");
    this.#limit = limit;
  }

  /**
   * At least one byte and at most `count`; empty at the end of the stream. Without a count: all that comes until the end.
   *
   * @throws what the stream has failed with
   */
  read(count = -1): Coroutine<Buffer> {
    if (!Number.isInteger(count)) throw unfit("read takes a whole number of bytes", count);
    return noteCreated(count < 0 ? new ReadAll(readSite, this) : new ReadSome(readSite, this, count), this.read);
  }

  /**
   * Exactly `count` bytes, also where that is more than the limit.
   *
   * @throws IncompleteReadError where the stream ends before; it has what there was
   */
  readExactly(count: number): Coroutine<Buffer> {
    checkCount(count, 0, "what readExactly takes");
    return noteCreated(new ReadExactly(readExactlySite, this, count), this.readExactly);
  }

  /**
   * Up to a separator, which is included. Default: a line feed.
   *
   * @throws IncompleteReadError where the stream ends before; it has what there was
   * @throws LimitOverrunError where more than the limit stands before the separator; all of it is still to be read
   */
  readUntil(separator: Separator = NEWLINE): Coroutine<Buffer> {
    return noteCreated(new ReadUntil(readUntilSite, this, separators(separator)), this.readUntil);
  }

  /**
   * A line with its line feed; the last one may have none; empty at the end of the stream.
   *
   * @throws LimitOverrunError where the line is longer than the limit; what had come of it is dropped
   */
  readLine(): Coroutine<Buffer> {
    return noteCreated(new ReadLine(readLineSite, this, NEWLINE), this.readLine);
  }

  /** Whether the stream has ended and everything was read. */
  atEof(): boolean {
    return this.#ended && this.bytes.size === 0;
  }

  /** What the stream has failed with, or undefined. */
  exception(): unknown {
    return this.#error;
  }

  /** The lines, each with its line feed. */
  [Symbol.asyncIterator](): ItemIterator<Buffer> {
    return iterate(() => new NextLine(this, (line) => line));
  }

  /** The lines as text (UTF-8), without their ends, be these `\n` or `\r\n`. */
  lines(): ItemIterator<string> {
    return iterate(() => new NextLine(this, (line) => line.toString().replace(/\r?\n$/, "")));
  }

  /** Adds bytes at the end; for a source of one's own. */
  feedData(chunk: Uint8Array): void {
    if (this.#ended) throw new InvalidStateError("the stream has ended: feedData() comes before feedEof()");
    if (this.#hold(chunk)) this.reading.wake(1, CLAIMING);
  }

  /** @internal As `feedData`, called by the platform beneath no other code: who waits for it goes on at once. */
  feedFromHost(chunk: Uint8Array): void {
    if (this.#hold(chunk)) this.reading.wakeFromHost();
  }

  /** Whether there is what somebody waits for. */
  #hold(chunk: Uint8Array): boolean {
    const { bytes } = this;
    bytes.push(chunk instanceof Buffer ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    if (bytes.size > Math.max(2 * this.limit, this.#wanted)) this.#pause();
    return bytes.size >= this.#wanted;
  }

  /** Nothing more will come. */
  feedEof(): void {
    this.#ended = true;
    this.reading.wake(1, CLAIMING);
  }

  /** From now on every read fails. */
  setException(error: unknown): void {
    this.#error = error;
    this.#failed = true;
    this.reading.wake(1, CLAIMING);
  }

  /** @internal What has come and nobody has taken: somebody else takes it. */
  surrender(): Buffer {
    return this.take(Number.POSITIVE_INFINITY);
  }

  /** @internal What is paused while nobody takes what has come. */
  setSource(source: ByteSource, onDemand = false): void {
    this.#source = source;
    this.#onDemand = onDemand;
    this.reading.ofHost = true;
    if (onDemand) this.#paused = true;
    else if (this.#paused) source.pause();
  }

  /** @internal Nothing more will come, whatever is waited for. */
  get over(): boolean {
    return this.#ended || this.#failed;
  }

  /** @internal A read cannot go on before there is more; it needs `wanted` bytes in all. */
  wait(wanted: number): false {
    if (this.reading.size > 0) throw new InvalidStateError("another task is reading from the stream already");
    this.#wanted = wanted;
    this.#resume();
    return false;
  }

  /** @internal A read goes on, or is given up. */
  check(): void {
    this.giveUp();
    if (this.#failed) throw this.#error;
  }

  /** @internal */
  take(count: number): Buffer {
    const taken = this.bytes.take(count);
    if (!this.#onDemand && this.bytes.size <= this.limit) this.#resume();
    return taken;
  }

  /** @internal Nobody waits any more. */
  giveUp(): void {
    this.#wanted = 0;
    if (this.#onDemand) this.#pause();
  }

  toString(): string {
    return "a stream";
  }

  #pause(): void {
    if (this.#paused || !this.#source) return;
    this.#paused = true;
    this.#source.pause();
  }

  #resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#source?.resume();
  }

  static {
    showFields(StreamReader.prototype, "StreamReader", (reader) => ({
      toBeRead: reader.bytes.size,
      atEof: reader.atEof(),
      ...(reader.#failed && { exception: String(reader.#error) }),
    }));
  }
}

abstract class Read<T = Buffer> extends HostWait<T, StreamReader> {
  constructor(site: CodeSite, reader: StreamReader) {
    super(site, reader, reader.reading);
  }

  override abandon(task: CoreTask): void {
    this.place.giveUp();
    super.abandon(task);
  }
}

/** So many bytes, or fewer. */
class ReadSome extends Read {
  readonly #count: number;

  constructor(site: CodeSite, reader: StreamReader, count: number) {
    super(site, reader);
    this.#count = count;
  }

  ready(): boolean {
    const { place } = this;
    return this.#count === 0 || place.bytes.size > 0 || place.over || place.wait(0);
  }

  perform(): Buffer {
    this.place.check();
    return this.place.take(this.#count);
  }
}

/** Everything up to the end. */
class ReadAll extends Read {
  ready(): boolean {
    return this.place.over || this.place.wait(Number.POSITIVE_INFINITY);
  }

  perform(): Buffer {
    this.place.check();
    return this.place.take(Number.POSITIVE_INFINITY);
  }
}

class ReadExactly extends Read {
  readonly #count: number;

  constructor(site: CodeSite, reader: StreamReader, count: number) {
    super(site, reader);
    this.#count = count;
  }

  ready(): boolean {
    const { place } = this;
    return place.bytes.size >= this.#count || place.over || place.wait(this.#count);
  }

  perform(): Buffer {
    const { place } = this;
    place.check();
    if (place.bytes.size < this.#count)
      throw new IncompleteReadError(place.take(Number.POSITIVE_INFINITY), this.#count);
    return place.take(this.#count);
  }
}

class ReadUntil<T = Buffer> extends Read<T> {
  readonly #separators: readonly Buffer[];
  /** Before it no separator begins. */
  #searched = 0;
  /** The bytes up to the separator, and its length; 0 while none is found. */
  protected end = 0;
  protected separatorLength = 0;

  constructor(site: CodeSite, reader: StreamReader, ends: readonly Buffer[]) {
    super(site, reader);
    this.#separators = ends;
  }

  ready(): boolean {
    const { place } = this;
    return place.over || this.#find() || this.#searched > place.limit || place.wait(0);
  }

  perform(): T {
    const { place } = this;
    place.check();
    if (!this.#find()) {
      if (this.#searched > place.limit) throw this.overrun(this.#searched);
      return this.incomplete(place.take(Number.POSITIVE_INFINITY));
    }
    const before = this.end - this.separatorLength;
    if (before > place.limit) throw this.overrun(before);
    return this.found(place.take(this.end));
  }

  protected found(bytes: Buffer): T {
    return bytes as T;
  }

  protected incomplete(partial: Buffer): T {
    throw new IncompleteReadError(partial, null);
  }

  protected overrun(consumed: number): LimitOverrunError {
    const { limit } = this.place;
    return new LimitOverrunError(
      `more than ${limit} bytes without ${this.end > 0 ? "an early enough" : "a"} separator; give a larger limit, or take them by read()`,
      consumed,
    );
  }

  /** Looks on where it has stopped before. */
  #find(): boolean {
    const bytes = this.place.bytes.peek();
    this.end = 0;
    let longest = 0;
    for (const separator of this.#separators) {
      longest = Math.max(longest, separator.length);
      const at = bytes.indexOf(separator, this.#searched);
      const end = at + separator.length;
      if (at < 0 || (this.end > 0 && end >= this.end && (end > this.end || separator.length >= this.separatorLength)))
        continue;
      this.end = end;
      this.separatorLength = separator.length;
    }
    if (this.end > 0) return true;
    this.#searched = Math.max(0, bytes.length + 1 - longest);
    return false;
  }
}

class ReadLine<T = Buffer> extends ReadUntil<T> {
  /** The last line may have no end. */
  protected override incomplete(partial: Buffer): T {
    return this.found(partial);
  }

  protected override overrun(consumed: number): LimitOverrunError {
    const { place } = this;
    place.take(this.end > 0 ? this.end : Number.POSITIVE_INFINITY);
    return new LimitOverrunError(`a line is longer than ${place.limit} bytes; give a larger limit`, consumed);
  }
}

/** A step of an iteration over lines, which ends with the stream. */
class NextLine<T> extends ReadLine<IteratorResult<T, undefined>> {
  readonly #item: (line: Buffer) => T;

  constructor(reader: StreamReader, item: (line: Buffer) => T) {
    super(readLineSite, reader, NEWLINE);
    this.#item = item;
  }

  protected override found(line: Buffer): IteratorResult<T, undefined> {
    return line.length === 0 ? { value: undefined, done: true } : { value: this.#item(line), done: false };
  }
}

function separators(separator: Separator): readonly Buffer[] {
  const given = Array.isArray(separator) ? separator : [separator];
  const bytes = given.map((one) => {
    if (typeof one !== "string" && !(one instanceof Uint8Array)) throw unfit("a separator is text or bytes", one);
    return Buffer.from(one as string);
  });
  if (bytes.length === 0 || bytes.some(({ length }) => length === 0))
    throw new TypeError("a separator has at least one byte");
  return bytes;
}
