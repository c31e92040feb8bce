/** What is run in the other process: this function goes over as text, so it may use nothing but what it gets and what is global there. */
import type { GraphWithGenerators, ReadOptions, TaskGraph } from "tsyncio/debug";

export interface Wanted {
  /** Of which tasks to read the stacks and the lines: of the first so many, or of those with these ids. */
  readonly of: number | readonly number[];
  /** The lines of all functions on the stack. Default: of the innermost of the program alone. */
  readonly allLines?: boolean;
}

/** What was made and not awaited so far, and failures that nobody has taken. */
export interface Unawaited {
  readonly count: number;
  /** What would be reported of the first ten. */
  readonly first: readonly string[];
}

/** What it answers, as JSON. */
export interface Collected {
  readonly graph: TaskGraph;
  /** The `StackEntry.suspended` of each of the generators whose lines are wanted. */
  readonly suspended: readonly number[];
  readonly unawaited: Unawaited;
  /** For how long a timer has been due that the loop has not come to, in milliseconds. */
  readonly overdue: number;
}

interface Runtime {
  readonly copies: readonly { readonly roots: Iterable<Run> }[];
}

interface Run {
  readonly watched: Iterable<Watched>;
  readonly scheduler: {
    readonly host: { readonly jump?: unknown };
    readonly timers: { first(): { readonly when: number } | undefined };
    time(): number;
  };
}

interface Watched {
  readonly report: (object?: object) => { readonly message: string };
}

/** The text of a `Collected`, and behind it the generators; null where there is no tsyncio. */
export function collect(
  readGraph: (options: ReadOptions & { generators: true }) => GraphWithGenerators | null,
  { of, allLines = false }: Wanted,
): [text: string, ...generators: unknown[]] | [null] {
  const found = readGraph(typeof of === "number" ? { generators: true } : { generators: true, only: [...of] });
  if (!found) return [null];
  const { generators, ...graph } = found;
  // The stacks of all tasks would be a hundred times what is shown of them.
  if (typeof of === "number") for (const task of graph.tasks.slice(of)) (task as { stack: unknown[] }).stack = [];
  const suspended = graph.tasks.flatMap(({ stack }) => {
    const known = stack.filter((entry) => entry.suspended >= 0 && (allLines || !entry.library));
    return (allLines ? known : known.slice(-1)).map((entry) => entry.suspended);
  });
  const { copies } = (globalThis as unknown as Record<symbol, Runtime>)[Symbol.for("tsyncio.runtime")] as Runtime;
  const runs = copies.flatMap(({ roots }) => [...roots]);
  const watched = runs.flatMap((run) => [...run.watched]);
  const first = watched.slice(0, 10).map(({ report }) => report().message);
  // A virtual clock stands still while something runs.
  const overdue = runs
    .filter(({ scheduler }) => scheduler.host.jump === undefined)
    .map(({ scheduler }) => scheduler.time() - (scheduler.timers.first()?.when ?? Infinity));
  const collected: Collected = {
    graph,
    suspended,
    unawaited: { count: watched.length, first },
    overdue: Math.max(0, ...overdue),
  };
  return [JSON.stringify(collected), ...suspended.map((index) => generators[index])];
}
