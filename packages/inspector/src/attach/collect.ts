/** What is run in the other process: this function goes over as text, so it may use nothing but what it gets and what is global there. */
import type { GraphWithGenerators, ReadOptions, StackEntry, TaskGraph } from "tsyncio/debug";

/** What was made and not awaited so far, and failures that nobody has taken. */
export interface Unawaited {
  readonly count: number;
  /** What would be reported of the first ten. */
  readonly first: readonly string[];
}

/** What it answers, as JSON. */
export interface Collected {
  readonly graph: TaskGraph;
  readonly unawaited: Unawaited;
  /** For how long a timer has been due that the loop has not come to, in milliseconds. */
  readonly overdue: number;
}

/** What is needed of a coroutine; where it is defined, of the innermost one that has no line. */
type Shown = Pick<StackEntry, "name" | "library" | "suspended"> & { definition?: string };

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

/**
 * The text of a `Collected`, and the generators to which its stacks point; null where there is no tsyncio.
 *
 * @param whole - with all that is known of the functions on a stack, and with those of the library
 */
export function collect(
  readGraph: (options: ReadOptions & { generators: true }) => GraphWithGenerators | null,
  whole: boolean,
): [text: string, generators: readonly object[]] | [null] {
  const found = readGraph({ generators: true });
  if (!found) return [null];
  const { generators, ...graph } = found;
  if (!whole) {
    for (const task of graph.tasks as { stack: Shown[] }[]) {
      const own = task.stack.filter(({ library }) => !library);
      const { definition = "" } = own.at(-1) ?? {};
      task.stack = own.map(({ name, library, suspended }) => ({ name, library, suspended }));
      const innermost = task.stack.at(-1);
      if (innermost && innermost.suspended < 0) innermost.definition = definition;
    }
  }
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
    unawaited: { count: watched.length, first },
    overdue: Math.max(0, ...overdue),
  };
  return [JSON.stringify(collected), generators];
}
