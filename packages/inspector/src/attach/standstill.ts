/**
 * Has a thread stand still for a moment: between two steps of the program where its loop comes round, else in the middle of what
 * runs, which a pause of the debugger reaches wherever it is in JavaScript.
 */
import type { Pause, Pauses } from "./pauses.js";
import { NoAnswer } from "./protocol.js";
import type { Place } from "./scripts.js";
import type { Thread } from "./thread.js";

/** A function that was running. */
export interface RunningFunction {
  readonly name: string;
  readonly place: Place | undefined;
}

/** Whether the loop of a thread comes round. */
export interface LoopState {
  /** - `blocked`: one step goes on and on; `paused`: it stands at a breakpoint of somebody's debugger. */
  readonly state: "running" | "blocked" | "paused";
  /** At least so long, in milliseconds. */
  readonly blockedFor: number;
  /** What runs, from the innermost function on. */
  readonly stack: readonly RunningFunction[];
}

/** What was read while a thread stood still. */
export interface Standstill<T> {
  readonly value: T;
  readonly loop: LoopState;
  /** For how long it stood still, in milliseconds. */
  readonly heldUp: number;
}

/** How long the loop may take to come round before it counts as blocked, in milliseconds. */
const PATIENCE = 300;

const OURS = "tsyncioStandsStill";
const STOP = `(process.getBuiltinModule ?? require)("node:timers").setImmediate(function ${OURS}() { debugger; })`;

/**
 * Calls `read` while the thread stands still, and lets it go on.
 *
 * @throws NoAnswer where it cannot be stopped, as it is not in JavaScript
 */
export async function standStill<T>(thread: Thread, read: () => Promise<T>): Promise<Standstill<T>> {
  return await thread.debugging(async (pauses) => {
    const begin = performance.now();
    // Whoever stands at a breakpoint tells so as the debugger is switched on.
    let pause =
      pauses.current ??
      (await askFor(thread, pauses, PATIENCE, "Runtime.evaluate", {
        expression: STOP,
        includeCommandLineAPI: true,
      }));
    if (pause !== undefined) {
      // A `debugger` statement of the program stops it as well, and so does another debugger that was there before.
      const others = thread.wasOpen && !isOurs(pause);
      return await readAt(thread, pause, others ? "paused" : "running", 0, read);
    }
    pause = await askFor(thread, pauses, thread.timeout, "Debugger.pause", {});
    if (pause === undefined) throw new NoAnswer("no JavaScript runs that could be interrupted");
    return await readAt(thread, pause, isOfProgram(pause) ? "blocked" : "running", performance.now() - begin, read);
  });
}

async function askFor(
  thread: Thread,
  pauses: Pauses,
  patience: number,
  method: string,
  params: object,
): Promise<Pause | undefined> {
  const next = pauses.next(patience);
  await thread.send(method, params);
  return await next;
}

async function readAt<T>(
  thread: Thread,
  pause: Pause,
  state: LoopState["state"],
  blockedFor: number,
  read: () => Promise<T>,
): Promise<Standstill<T>> {
  const begin = performance.now();
  let value: T;
  try {
    value = await read();
  } finally {
    // Where others debug it too it stays where it is.
    if (state !== "paused") await thread.send("Debugger.resume");
  }
  const heldUp = performance.now() - begin;
  if (state === "running") return { value, heldUp, loop: { state, blockedFor: 0, stack: [] } };
  const stack = partOfProgram(pause).map(({ functionName, location }) => ({
    name: functionName || "(anonymous)",
    place: thread.scripts.place(location),
  }));
  return { value, heldUp, loop: { state, blockedFor, stack } };
}

function isOurs(pause: Pause): boolean {
  return pause.callFrames[0]?.functionName === OURS;
}

/** What the driver has called: beneath it is the loop. */
function partOfProgram({ callFrames }: Pause): Pause["callFrames"] {
  const driver = callFrames.findIndex(({ functionName }) => functionName === "tsyncioStep");
  return (driver === -1 ? callFrames : callFrames.slice(0, driver)).filter(({ url }) => !url.startsWith("node:"));
}

/** Node's own functions at the top of the loop are no step of the program. */
function isOfProgram(pause: Pause): boolean {
  return !isOurs(pause) && pause.callFrames.some(({ url }) => !url.startsWith("node:"));
}
