// @tsyncio-off
/**
 * Makes a program smaller as long as it still diverges (delta debugging over the tree): takes steps out in halves, quarters … down to single
 * ones, puts what is inside a step in its place, replaces awaits by `sleep(0)`, and lowers numbers.
 */
import type { Program } from "./program.ts";

/** How many candidates are tried at a time. */
const BATCH = 64;
/** Steps of a program that two edits at a time can be tried of. */
const FEW = 16;

/** @param diverges - tells of each candidate whether it is still of interest */
export async function shrink(
  program: Program,
  diverges: (candidates: readonly Program[]) => Promise<readonly boolean[]>,
): Promise<Program> {
  let smallest = program;
  for (;;) {
    const found =
      (await first(smaller(smallest) as Generator<Program>, diverges)) ??
      (sizeOf(smallest) > FEW ? undefined : await first(muchSmaller(smallest), diverges));
    if (!found) return smallest;
    smallest = found;
  }
}

/** By two edits, of which neither alone will do: who takes an iteration out in one place has to do so in another. */
function* muchSmaller(program: Program): Generator<Program, void, undefined> {
  for (const once of smaller(program)) yield* smaller(once) as Generator<Program>;
}

async function first(
  candidates: Generator<Program>,
  diverges: (candidates: readonly Program[]) => Promise<readonly boolean[]>,
): Promise<Program | undefined> {
  for (;;) {
    const batch: Program[] = [];
    while (batch.length < BATCH) {
      const { value, done } = candidates.next();
      if (done) break;
      batch.push(value);
    }
    if (batch.length === 0) return undefined;
    const place = (await diverges(batch)).indexOf(true);
    if (place >= 0) return batch[place];
  }
}

/** Values of the program tree that are smaller by one edit, the boldest edits first. */
function* smaller(value: unknown): Generator<unknown, void, undefined> {
  if (Array.isArray(value)) yield* smallerList(value);
  else if (value === true) yield false;
  else if (typeof value === "object" && value !== null) yield* smallerNode(value as Record<string, unknown>);
}

function* smallerList(list: readonly unknown[]): Generator<unknown, void, undefined> {
  for (let length = list.length; length > 0; length = length >> 1)
    for (let from = 0; from < list.length; from += length) yield list.toSpliced(from, length);
  for (const [place, item] of list.entries()) {
    for (const block of blocksIn(item)) yield list.toSpliced(place, 1, ...block);
    for (const less of smaller(item)) yield list.with(place, less);
  }
}

const OPTIONAL = new Set(["inner", "handler", "cleanUp"]);
/** What steps refer to by number. */
const KEPT = new Set(["semaphores", "barriers", "queues"]);
const NUMBERS = new Set(["ms", "ticks", "times", "futures"]);

function* smallerNode(node: Record<string, unknown>): Generator<unknown, void, undefined> {
  if (typeof node["is"] === "string") {
    for (const inner of [node["what"], ...((node["of"] as unknown[] | undefined) ?? [])]) if (inner) yield inner;
    if (node["is"] !== "sleep") yield { id: node["id"], is: "sleep", ms: 0 };
  }
  for (const [key, value] of Object.entries(node)) {
    if (KEPT.has(key)) continue;
    if (OPTIONAL.has(key) || (key === "ms" && "of" in node)) {
      const { [key]: _, ...rest } = node;
      yield rest;
    }
    if (typeof value === "number") {
      if (NUMBERS.has(key)) for (let less = 0; less < value; less++) yield { ...node, [key]: less };
    } else for (const less of smaller(value)) yield { ...node, [key]: less };
  }
}

/** The blocks that stand in a step, whatever is awaited with them; and all of them one after the other. */
function blocksIn(step: unknown): unknown[][] {
  if (typeof step !== "object" || step === null || !("do" in step)) return [];
  const blocks = blocksOf(step);
  return blocks.length > 1 ? [...blocks, blocks.flat()] : blocks;
}

function blocksOf(node: object): unknown[][] {
  const {
    body,
    inner,
    handler,
    cleanUp,
    what,
    of = [],
  } = node as Record<string, unknown[] | undefined> & { what?: object };
  const own = [body, inner, handler, cleanUp].filter((block) => block !== undefined);
  return [...own, ...[what, ...(of as object[])].filter((one) => one !== undefined).flatMap(blocksOf)];
}

/** The number of steps and awaits. */
export function sizeOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const inside = Object.values(value).reduce<number>((sum, child) => sum + sizeOf(child), 0);
  return inside + ("do" in value || "is" in value ? 1 : 0);
}
