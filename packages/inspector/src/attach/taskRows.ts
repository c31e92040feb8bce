/** What a table or a tree shows of a task. */
import type { StackEntry, TaskNode } from "tsyncio/debug";
import type { Look } from "./readTasks.js";
import type { Place } from "./scripts.js";
import { clean, duration, placeText } from "./text.js";

export interface TaskRow {
  readonly id: number;
  readonly name: string;
  /** The functions of the program that are on, from the outermost to the innermost. */
  readonly coroutines: string;
  readonly state: string;
  /** For how long it has been waiting, in milliseconds; undefined where nobody knows. */
  readonly waited: number | undefined;
  readonly waitedText: string;
  readonly waitsFor: string;
  readonly at: string;
}

export function rowOf(look: Pick<Look, "graph" | "places"> & Partial<Look>, task: TaskNode, cwd: string): TaskRow {
  const { id, name, coroutine, state, cancelling, waited, waitedMore, stack, waitsFor, deadline } = task;
  const own = stack.filter(({ library }) => !library);
  const due = deadline === null ? "" : `, at most ${duration(deadline)}`;
  return {
    id,
    name: clean(name),
    coroutines: clean(own.length === 0 ? coroutine : own.map((entry) => entry.name).join(" > ")),
    state: cancelling ? `${state}, cancelled` : state,
    waited: waited ?? undefined,
    waitedText: waited === null ? "" : `${waitedMore ? "> " : ""}${duration(waited)}`,
    waitsFor: waitsFor === null ? "" : clean(waitsFor.text) + due,
    // The generator that runs tells where it was last suspended.
    at: placeText(state === "running" ? look.loop?.stack[0]?.place : placeOf(look, own.at(-1)), cwd),
  };
}

/** Where a coroutine stands. */
function placeOf(look: Pick<Look, "places">, entry: StackEntry | undefined): Place | undefined {
  return entry === undefined ? undefined : look.places.get(entry.suspended);
}
