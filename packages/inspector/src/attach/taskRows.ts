/** What a table or a tree shows of a task. */
import { type StackEntry, stateText, type TaskNode } from "tsyncio/debug";
import type { Look } from "./readTasks.js";
import { type Place, placeOf } from "./scripts.js";
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
  /** The same in a sentence: `at …`, `defined at …`; empty where nothing is known. */
  readonly where: string;
}

export function rowOf(look: Pick<Look, "graph" | "places"> & Partial<Look>, task: TaskNode, cwd: string): TaskRow {
  const { id, name, coroutine, waited, waitedMore, stack, waitsFor, deadline } = task;
  const own = stack.filter(({ library }) => !library);
  const where = whereOf(look, task, own.at(-1), cwd);
  const due = deadline === null ? "" : `, at most ${duration(deadline)}`;
  return {
    id,
    name: clean(name),
    coroutines: clean(own.length === 0 ? coroutine : own.map((entry) => entry.name).join(" > ")),
    state: stateText(task),
    waited: waited ?? undefined,
    waitedText: waited === null ? "" : `${waitedMore ? "> " : ""}${duration(waited)}`,
    waitsFor: waitsFor === null ? "" : clean(waitsFor.text) + due,
    at: where === undefined ? UNKNOWN : where.replace(/^at /, ""),
    where: where ?? "",
  };
}

const UNKNOWN = "—";

/**
 * Where the innermost coroutine stands; else where it is defined, or where its task was made; undefined where none of this is known, empty
 * where the line was not asked for.
 */
function whereOf(
  { places, loop }: Pick<Look, "places"> & Partial<Look>,
  { state, madeAt }: TaskNode,
  innermost: StackEntry | undefined,
  cwd: string,
): string | undefined {
  const said = (how: string, place: Place | undefined): string | undefined =>
    place && `${how} ${placeText(place, cwd)}`;
  // The generator that runs tells where it was last suspended.
  if (state === "running") return said("at", loop?.stack[0]?.place) ?? "";
  if (innermost && innermost.suspended >= 0) return said("at", places.get(innermost.suspended)) ?? "";
  return said("defined at", innermost && placeOf(innermost.definition)) ?? said("made at", placeOf(madeAt));
}
