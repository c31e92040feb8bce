/**
 * A trace: what a program's tasks did, in few bytes.
 *
 * The events are a stream: one byte of kind, the time since the event before in tenths of a microsecond, then the fields below, all
 * numbers as LEB128. Texts are numbers of the table `texts`; 0 is none. A cause is 2 × task + 1, or 2 × text. What ends (a step, a callback) is what
 * began last and has not ended. A stack is a number of the table `stacks`, whose entries link a frame to the one that it called; 0 is none.
 */

/** The kinds of events, and their fields. */
export const SPAWN = 0; // task, parent, name (2 × text; of `Task-N` 2 × N + 1), function, place
export const WAKE = 1; // task, cause
export const BEGIN = 2; // task
export const PAUSE = 3; // the step that is on ends; the task is ready again
export const WAIT = 4; // the step that is on ends, and the task waits: what (text; 0 for a task), the awaited task or 0, stack
export const EXIT = 5; // in its last step: the task, 0 result, 1 error, 2 cancelled, the error or reason (text)
export const CANCEL = 6; // task, cause, reason (text)
export const SCOPE = 7; // a scope in the task was cancelled: task, cause
export const CALL = 8; // a callback begins: text
export const RETURN = 9; // it ends
export const IDLE = 10; // the platform has the thread: milliseconds to the next timer, plus 1; 0: no timer
export const BUSY = 11; // the loop has it again
export const RUN = 12; // a run begins
export const RAN = 13; // and has ended
export const LOST = 14; // what was recorded before was given up; the tasks that were there follow

/** How many fields follow the time, by kind. */
export const FIELDS: readonly number[] = [5, 2, 1, 0, 3, 3, 3, 2, 1, 0, 1, 0, 0, 0, 0];

/** Events of a microsecond each are told apart. */
export const UNITS_PER_MS = 10_000;

/** A frame of a stack: a text, `name (file:line:column)` or `name (defined at …)` where the line of the wait is not known, and the entry of the frame that it called, 0 where it waits itself. */
export type TraceStack = readonly [text: number, called: number];

/** What was recorded. */
export interface Trace {
  readonly version: 1;
  /** What was run, for people. */
  readonly title: string;
  /** The time of the first event, in milliseconds since 1970; 0 where there is none. */
  readonly startedAt: number;
  /** From there to the end of the recording, in milliseconds. */
  readonly duration: number;
  readonly eventCount: number;
  /** Events that were recorded and given up, the oldest first, since there were more than the limit. */
  readonly dropped: number;
  readonly texts: readonly string[];
  readonly stacks: readonly TraceStack[];
  readonly events: Uint8Array;
}

/** One event as it is read. The same object is given each time. */
export interface TraceEvent {
  kind: number;
  /** Milliseconds since the first event. */
  time: number;
  readonly fields: number[];
}

/** Reads the events in order. */
export function eachEvent(events: Uint8Array, visit: (event: TraceEvent) => void): void {
  const event: TraceEvent = { kind: 0, time: 0, fields: [] };
  let units = 0;
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = events[at++] as number;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < events.length) {
    event.kind = events[at++] as number;
    units += number();
    event.time = units / UNITS_PER_MS;
    event.fields.length = 0;
    for (let left = FIELDS[event.kind] as number; left > 0; left--) event.fields.push(number());
    visit(event);
  }
}

/** The frames of a stack, innermost first. */
export function framesOf(trace: Pick<Trace, "stacks" | "texts">, stack: number): string[] {
  const frames: string[] = [];
  for (let at = stack; at > 0; ) {
    const [frame, called] = trace.stacks[at] as TraceStack;
    frames.unshift(trace.texts[frame] as string);
    at = called;
  }
  return frames;
}

/** The trace as one piece: the length of its head, the head as JSON, the events. */
export function packTrace(trace: Trace): Uint8Array {
  const { events, ...head } = trace;
  const json = new TextEncoder().encode(JSON.stringify(head));
  const packed = new Uint8Array(4 + json.length + events.length);
  new DataView(packed.buffer).setUint32(0, json.length);
  packed.set(json, 4);
  packed.set(events, 4 + json.length);
  return packed;
}

/** What `packTrace` has packed. */
export function unpackTrace(packed: Uint8Array): Trace {
  const end = 4 + new DataView(packed.buffer, packed.byteOffset).getUint32(0);
  const head = JSON.parse(new TextDecoder().decode(packed.subarray(4, end))) as Omit<Trace, "events">;
  return { ...head, events: packed.subarray(end) };
}
