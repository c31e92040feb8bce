/** Recording what happens, as a trace. */
import type { Waitable } from "../kernel/awaitable.js";
import type { CancelScope } from "../kernel/cancelScope.js";
import { CoreTask } from "../kernel/coreTask.js";
import type { Task } from "../kernel/task.js";
import { unfit } from "../kernel/unfit.js";
import type { Cause, Ending, Instrument } from "./instrument.js";
import {
  BEGIN,
  BUSY,
  CALL,
  CANCEL,
  EXIT,
  IDLE,
  PAUSE,
  RAN,
  RETURN,
  RUN,
  SCOPE,
  SPAWN,
  type Trace,
  WAIT,
  WAKE,
} from "./instrumentFormat.js";
import { linePlace, StackTable } from "./instrumentStacks.js";
import { EventStream } from "./instrumentStream.js";

/** Options of a `TraceRecorder`. */
export interface TraceRecorderOptions {
  /** What is run, for people. */
  title?: string | undefined;
  /** How many events are kept; of what is more, the oldest go. Default: 1 000 000, in some 10 MB of memory. */
  maxEvents?: number | undefined;
  /** The clock, in milliseconds; default: `performance.now`. */
  now?: (() => number) | undefined;
}

/** Different texts that are kept; what comes later reads `…`. */
const MOST_TEXTS = 200_000;
const LONGEST_TEXT = 300;
const MORE = "…";
const MORE_ID = 1;

const ENDINGS: Readonly<Record<Ending, number>> = { result: 0, error: 1, cancelled: 2 };

/** A task, as a recorder marks it. */
interface Numbered {
  [key: symbol]: number | undefined;
}

const clock = globalThis as unknown as { performance: { now(): number } };

/**
 * An instrument that records what happens, in memory: `trace()` gives what there is so far.
 *
 * @example
 * ```ts
 * const recorder = new TraceRecorder();
 * addInstrument(recorder);
 * await run(main());
 * removeInstrument(recorder);
 * await writeFile("trace.json", JSON.stringify(toChromeTrace(recorder.trace())));
 * ```
 */
export class TraceRecorder implements Instrument {
  readonly #title: string;
  readonly #now: () => number;
  /** The time of the first event, by the clock and by the calendar. */
  #begin = -1;
  #startedAt = 0;
  readonly #stream: EventStream;
  readonly #texts: Map<string, number> = new Map([
    ["", 0],
    [MORE, MORE_ID],
  ]);
  readonly #stacks: StackTable = new StackTable((text) => this.#text(text));
  /** Of a task: its number. A `WeakMap` of many tasks would cost the garbage collector more than all else here. */
  readonly #key: symbol = Symbol("tsyncio.traced");
  #lastId = 0;
  /** What the step that is on waits for. */
  #waits: object | null = null;

  /** @throws TypeError where `maxEvents` is no whole number from 1 */
  constructor(options: TraceRecorderOptions = {}) {
    const { title = "", maxEvents = 1_000_000, now = () => clock.performance.now() } = options;
    if (!(Number.isInteger(maxEvents) && maxEvents > 0)) throw unfit("maxEvents, a whole number from 1", maxEvents);
    this.#title = title;
    this.#now = now;
    this.#stream = new EventStream(maxEvents);
  }

  /** What was recorded so far. */
  trace(): Trace {
    const { count, dropped } = this.#stream;
    return {
      version: 1,
      title: this.#title,
      startedAt: this.#startedAt,
      duration: count === 0 ? 0 : this.#now() - this.#begin,
      eventCount: count,
      dropped,
      texts: [...this.#texts.keys()],
      stacks: this.#stacks.entries.slice(),
      events: this.#stream.bytes(),
    };
  }

  /** @internal */
  beforeRun(): void {
    this.#write(RUN);
  }

  /** @internal */
  afterRun(): void {
    this.#write(RAN);
  }

  /** @internal */
  taskSpawned(task: Task, parent: Task | null): void {
    this.#spawn(task, parent);
  }

  #spawn(task: CoreTask, parent: CoreTask | null): number {
    const from = parent ? this.#id(parent) : 0;
    const id = ++this.#lastId;
    (task as unknown as Numbered)[this.#key] = id;
    const { coroutine } = task;
    const name = task.title;
    const fn = coroutine.name;
    const place = this.#stacks.definitionOf(coroutine.site);
    this.#write(
      SPAWN,
      id,
      from,
      // A text for each of many tasks without a name would take more than all else.
      typeof name === "string" ? this.#text(name) * 2 : name * 2 + 1,
      this.#text(fn),
      this.#text(linePlace(coroutine) || place),
    );
    return id;
  }

  /** @internal */
  taskScheduled(task: Task, by: Cause): void {
    this.#write(WAKE, this.#id(task), this.#cause(by));
  }

  /** @internal */
  beforeTaskStep(task: Task): void {
    this.#waits = null;
    this.#write(BEGIN, this.#id(task));
  }

  /** @internal */
  taskWaits(_task: Task, what: object): void {
    this.#waits = what;
  }

  /** @internal */
  afterTaskStep(task: Task): void {
    const waits = this.#waits;
    this.#waits = null;
    if (waits) {
      const awaited = waits instanceof CoreTask ? this.#id(waits) : 0;
      this.#write(WAIT, awaited ? 0 : this.#text((waits as Waitable).describe()), awaited, this.#stacks.of(task));
    } else this.#write(PAUSE);
  }

  /** @internal */
  taskCancelled(task: Task, by: Cause, reason: unknown): void {
    this.#write(CANCEL, this.#id(task), this.#cause(by), reason === undefined ? 0 : this.#text(shown(reason)));
  }

  /** @internal */
  scopeCancelled(task: Task, _scope: CancelScope, by: Cause): void {
    this.#write(SCOPE, this.#id(task), this.#cause(by));
  }

  /** @internal */
  taskExited(task: Task, ending: Ending, value: unknown): void {
    const told = ending === "result" || value === undefined ? 0 : this.#text(shown(value));
    this.#write(EXIT, this.#id(task), ENDINGS[ending], told);
  }

  /** @internal */
  beforeCallback(name: string): void {
    this.#write(CALL, this.#text(name));
  }

  /** @internal */
  afterCallback(): void {
    this.#write(RETURN);
  }

  /** @internal */
  beforeIoWait(timeout: number): void {
    this.#write(IDLE, timeout === Number.POSITIVE_INFINITY ? 0 : Math.ceil(timeout) + 1);
  }

  /** @internal */
  afterIoWait(): void {
    this.#write(BUSY);
  }

  #write(kind: number, a?: number, b?: number, c?: number, d?: number, e?: number): void {
    const now = this.#now();
    if (this.#begin < 0) {
      this.#begin = now;
      this.#startedAt = Date.now();
    }
    this.#stream.write(now - this.#begin, kind, a, b, c, d, e);
  }

  /** A task that was there before the recording began appears where it is first met. */
  #id(task: CoreTask): number {
    return (task as unknown as Numbered)[this.#key] ?? this.#spawn(task, null);
  }

  #cause(by: Cause): number {
    return typeof by === "string" ? this.#text(by) * 2 : this.#id(by) * 2 + 1;
  }

  #text(text: string): number {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    if (this.#texts.size >= MOST_TEXTS) return MORE_ID;
    if (text.length > LONGEST_TEXT) return this.#text(`${text.slice(0, LONGEST_TEXT - 1)}…`);
    const number = this.#texts.size;
    this.#texts.set(text, number);
    return number;
  }
}

/** An error by its name and message, anything else as text. */
function shown(value: unknown): string {
  try {
    return String(value);
  } catch {
    return "something that is no text";
  }
}
