/**
 * Reads what all tasks of this thread do and wait for, from the registry of `kernel/runtime.ts`.
 *
 * The function stands alone: no import, no name of the module. So its source text can be evaluated in another process, through the
 * inspector of that one, where nothing of this room need be loaded. It changes nothing there, but for remembering the numbers that it
 * gave to tasks, and since when it has known of a wait.
 */
import type { CancelTarget } from "../kernel/cancelScope.js";
import type { CoreFuture, Waiter } from "../kernel/coreFuture.js";
import type { CoreTask } from "../kernel/coreTask.js";
import type { Frame } from "../kernel/frame.js";
import type { Root } from "../kernel/root.js";
import type { Runtime } from "../kernel/runtime.js";
import type { Captured, Origin } from "../kernel/stackLine.js";
import type { WaitQueue } from "../kernel/waitQueue.js";
import type {
  AwaitedNode,
  GraphWithGenerators,
  ReadOptions,
  RunNode,
  StackEntry,
  TaskGraph,
  TaskNode,
  TaskState,
  WaitNode,
} from "./graph.js";

/** What is known of a wait from outside, of the most different classes. */
interface Thing {
  readonly [Symbol.toStringTag]?: string;
  describe?(): string;
  readonly site?: {
    readonly name: string;
    readonly lowered: boolean;
    readonly hidden: boolean;
    readonly definedAt: string;
  };
  readonly place?: Place;
  readonly line?: WaitQueue;
  readonly origin?: Captured;
  /** Of a sleep. */
  readonly when?: number;
  readonly delay?: number;
  /** Of a gather. */
  readonly sources?: readonly { readonly flags: number }[];
  /** Of a native promise. */
  readonly onValue?: unknown;
}

/** A primitive. */
interface Place {
  readonly [Symbol.toStringTag]?: string;
  readonly holder?: CoreTask | null;
  readonly most?: number;
  readonly held?: number;
  readonly borrowers?: Iterable<CoreTask>;
  statistics?(): object;
}

/** On whose behalf an observer waits. */
interface Asker extends Thing {
  readonly waiters?: Waiter | null;
  /** Of a task group. */
  readonly task?: CoreTask | null;
  readonly waiter?: unknown;
  readonly waiting?: WaitQueue;
}

interface Look {
  lastId: number;
  readonly ids: WeakMap<object, number>;
  readonly waits: WeakMap<CoreTask, { readonly on: unknown; readonly since: number }>;
  /** Of code sites and captured stacks, whose texts the engine makes when they are asked for. */
  readonly places: WeakMap<object, string>;
}

/**
 * The unfinished tasks of all copies of the package in this thread; null where there is none.
 *
 * @param options - see `ReadOptions`
 */
export function readGraph(options: ReadOptions & { generators: true }): GraphWithGenerators | null;
export function readGraph(options?: ReadOptions): TaskGraph | null;
export function readGraph(options: ReadOptions = {}): TaskGraph | null {
  const BEGUN = 16;
  const QUEUED = 32;
  const ENDED = 3;
  const runtime = (globalThis as unknown as Record<symbol, (Runtime & { look?: Look }) | undefined>)[
    Symbol.for("tsyncio.runtime")
  ];
  if (!runtime) return null;
  runtime.look ??= { lastId: 0, ids: new WeakMap(), waits: new WeakMap(), places: new WeakMap() };
  const { look } = runtime;
  const only = options.only && new Set(options.only);
  const generators: object[] = [];
  const running = new Set<CoreTask | null>(runtime.copies.map(({ current }) => current.task));
  const all: CoreTask[] = [];
  const runs: RunNode[] = [];
  /** The children of each group, gather, …, as far as they are tasks. */
  const children = new Map<unknown, CoreTask[]>();
  const holders = new Set<CoreTask>();

  const idOf = (object: object): number => {
    let id = look.ids.get(object);
    if (id === undefined) {
      id = ++look.lastId;
      look.ids.set(object, id);
    }
    return id;
  };

  /** Circular lists, of waiters and of tasks in a line. */
  const each = <N extends { next: unknown }>(first: N | null | undefined, use: (node: N) => void): void => {
    if (!first) return;
    let node = first;
    do {
      use(node);
      node = node.next as N;
    } while (node && node !== first);
  };

  const once = (object: object | undefined, make: () => string | undefined): string => {
    if (!object) return "";
    let place = look.places.get(object);
    if (place === undefined) {
      place = make() ?? "";
      look.places.set(object, place);
    }
    return place;
  };

  const placesOf = (captured: Captured): string[] =>
    Array.from(
      (captured.stack ?? "").matchAll(/^(?:\s*at (?:async )?(?:[^(]* \()?|.*@)(.*?)\)?$/gm),
      ([, place]) => place as string,
    );

  // A lowered function stands between the library and the code that called it; JavaScriptCore drops its frame.
  const above = "line" in Error() ? 0 : 1;

  const madeAt = ({ origin, site }: Thing): string =>
    once(origin, () => placesOf(origin as Captured)[site?.lowered ? above : 0]);

  const taskMadeAt = (origin: Origin | undefined): string =>
    once(origin, () => {
      const { library } = origin as Origin;
      return placesOf(origin as Origin).find((place) => !library.some((start) => place.startsWith(start)));
    });

  const tagOf = (object: unknown): string => String((object as Thing | null)?.[Symbol.toStringTag] ?? "");
  const isTask = (object: unknown): object is CoreTask => tagOf(object) === "Task" && "coroutine" in (object as object);
  const named = (task: CoreTask): string => `task '${task.name}'`;
  const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

  const described = (thing: Thing): string => {
    try {
      return String(thing.describe?.() ?? thing.site?.name ?? "something");
    } catch {
      return "something";
    }
  };

  const kindOf = (thing: Thing): string => {
    if (isTask(thing)) return "task";
    const tag = tagOf(thing);
    if (tag === "Gather" || tag === "Shield") return tag.toLowerCase();
    if ("onValue" in thing) return "promise";
    if (thing.when !== undefined && thing.delay !== undefined) return "timer";
    const { place } = thing;
    if (place && children.has(place)) return "asCompleted";
    if (place) return (tagOf(place) || thing.site?.name.replace(/\..*/, "") || "native").toLowerCase();
    const text = described(thing);
    if (text === "a task group" || text === "a child that starts") return "group";
    if (/^\d+ of \d+ futures$/.test(text)) return "wait";
    if (text === "an event") return "event";
    return tag === "Future" ? "future" : (thing.site?.name ?? "native").replace(/\..*/, "").toLowerCase();
  };

  /** Who has what a task wants to acquire. */
  const holdersOf = (place: Place): CoreTask[] => {
    if (place.borrowers) return [...place.borrowers];
    return place.holder ? [place.holder] : [];
  };

  const waitOf = (task: CoreTask): WaitNode | null => {
    const thing = task.waitingOn as Thing | null;
    if (!thing) return null;
    const kind = kindOf(thing);
    const now = task.root.scheduler.time();
    let text = described(thing);
    let due: number | null = null;
    let others: CoreTask[] = [];
    if (kind === "task") {
      const other = thing as unknown as CoreTask;
      others = [other];
      text = `${named(other)} (${other.coroutine.name})`;
    } else if (kind === "timer") {
      due = Math.max(0, (thing.when as number) - now);
      if (thing.delay === 0) text = "its next turn";
    } else if (thing.place && children.has(thing.place)) {
      others = children.get(thing.place) as CoreTask[];
      text = `the next of ${counted(others.length, "task")}`;
    } else if (kind === "gather" || kind === "shield" || kind === "wait" || kind === "group") {
      others = children.get(kind === "group" ? (groupOf.get(thing) ?? thing) : thing) ?? [];
      if (kind === "gather") {
        const { sources = [] } = thing;
        const left = sources.filter(({ flags }) => (flags & ENDED) === 0).length;
        text = `a gather, of which ${left} of ${sources.length} have not ended`;
      } else if (kind === "group" && text === "a task group")
        text = `a task group, of ${counted(others.length, "task")}`;
      else if (kind === "shield" && others[0]) text = `a shield of ${named(others[0])}`;
    } else if (thing.place?.held !== undefined) {
      const { place } = thing;
      others = holdersOf(place);
      const tag = tagOf(place);
      const names = others.slice(0, 3).map((other) => (other === task ? "this very task" : named(other)));
      if (others.length > 3) names.push(`${others.length - 3} more`);
      const several = (place.most ?? 1) > 1 && !place.borrowers && place.most !== place.held;
      if (names.length === 0) text = `${tag}, which is being handed over`;
      else if (tag === "Semaphore" || tag === "BoundedSemaphore" || several)
        text = `${tag}, taken last by ${names.join(", ")}`;
      else text = `${tag} held by ${names.join(", ")}`;
      for (const other of others) {
        if ((other.flags & ENDED) === 0) continue;
        holders.add(other);
        text += ", which has ended";
      }
    } else if (thing.place?.statistics && thing.line) {
      text = `${thing.site?.name}()`;
      if (thing.line.size > 1) text += `, where ${counted(thing.line.size, "task")} wait`;
    }
    return { kind, text, tasks: others.map(idOf), due, madeAt: madeAt(thing) };
  };

  const awaitedOf = (awaited: CoreFuture): AwaitedNode[] => {
    const found: AwaitedNode[] = [];
    const seen = new Set<unknown>();
    const follow = (future: CoreFuture, through: string): void => {
      if (seen.has(future)) return;
      seen.add(future);
      each(future.waiters, (waiter) => {
        if (isTask(waiter)) {
          found.push({ task: idOf(waiter), through });
          return;
        }
        const asker = (waiter as unknown as { asker?: Asker }).asker;
        if (!asker) {
          // The run itself looks at its main task.
          if (waiter.awaits) found.push({ task: null, through });
        } else if (typeof asker === "function") return;
        else if (asker.task) found.push({ task: idOf(asker.task), through: "group" });
        else if (asker.waiting)
          each(asker.waiting.first, (waiting) => found.push({ task: idOf(waiting), through: "asCompleted" }));
        else if ("waiters" in asker) follow(asker as unknown as CoreFuture, through || kindOf(asker));
      });
    };
    follow(awaited, "");
    return found;
  };

  const parentOf = (task: CoreTask): number | null => {
    let parent: number | null = null;
    each(task.waiters, (waiter) => {
      const owner = (waiter as unknown as { asker?: Asker }).asker?.task;
      if (owner) parent ??= idOf(owner);
    });
    return parent;
  };

  /** The language's generator in it: adapters stand around those of async generators, and of what other compilers have emitted. */
  const generatorOf = (frame: Frame): object | null => {
    let inner: unknown = frame.generator;
    for (let hops = 0; hops < 4; hops++) {
      if (Object.prototype.toString.call(inner) === "[object Generator]") return inner as object;
      const adapter = inner as { machine?: { body: unknown }; body?: unknown } | null;
      inner = adapter?.machine ? adapter.machine.body : adapter?.body;
    }
    return null;
  };

  const stackOf = (task: CoreTask): StackEntry[] => {
    const frames: Frame[] = [];
    for (let frame = task.top; frame; frame = frame.caller) frames.push(frame);
    // Before its first step it has none, and one without a generator never has any.
    if (frames.length === 0 && !running.has(task) && (task.flags & ENDED) === 0)
      frames.push(task.coroutine as unknown as Frame);
    const waitsAt = task.waitingOn ? madeAt(task.waitingOn as Thing) : "";
    return frames.reverse().map((frame, index) => {
      const inner = frames[index + 1];
      const generator = options.generators && generatorOf(frame);
      if (generator) generators.push(generator);
      const { site } = frame as Thing;
      return {
        name: frame.name,
        library: frame.hidden ?? site?.hidden ?? false,
        definition: once(site, () => site?.definedAt),
        madeAt: madeAt(frame as Thing),
        at: inner ? madeAt(inner as Thing) : waitsAt,
        cleansUp: !!frame.unwinding,
        suspended: generator ? generators.length - 1 : -1,
      };
    });
  };

  const stateOf = (task: CoreTask): TaskState => {
    if ((task.flags & ENDED) !== 0) return "done";
    if (running.has(task)) return "running";
    if ((task.flags & BEGUN) === 0) return "not begun";
    if ((task.flags & QUEUED) !== 0) return "ready";
    // Without a wait it is one whose step goes on beneath an eager one.
    return task.waitingOn ? "waiting" : "running";
  };

  const isCancelling = (task: CoreTask): boolean => {
    if ((task.flags & ENDED) !== 0) return false;
    if (task.asScope && (task.asScope.cancels > 0 || task.asScope.unwindsTo)) return true;
    for (let frame = task.top; frame; frame = frame.caller) if (frame.unwinding) return true;
    return false;
  };

  const deadlineOf = (task: CoreTask): number | null => {
    let first = Infinity;
    for (let scope: CancelTarget | null = task.scope; scope; scope = scope.parent) {
      const { when } = scope as { when?: number };
      if (when !== undefined && !scope.cancelCalled) first = Math.min(first, when);
    }
    return first === Infinity ? null : Math.max(0, first - task.root.scheduler.time());
  };

  const waitedOf = (task: CoreTask, kind: string | undefined): [waited: number | null, atLeast: boolean] => {
    const { waitingOn, root } = task;
    if (kind === undefined) return [null, false];
    const now = root.scheduler.time();
    const { when, delay } = waitingOn as Thing;
    if (task.since !== undefined) return [now - task.since, false];
    if (kind === "timer") return [Math.max(0, now - (when as number) + (delay as number)), false];
    // What stands for the wait for a promise is used again and again, and tells nothing of an earlier look.
    if (kind === "promise") return [null, false];
    let known = look.waits.get(task);
    if (known?.on !== waitingOn) {
      known = { on: waitingOn, since: now };
      look.waits.set(task, known);
      return [null, false];
    }
    return [now - known.since, true];
  };

  const nodeOf = (task: CoreTask): TaskNode => {
    const id = idOf(task);
    const state = stateOf(task);
    const waitsFor = state === "waiting" ? waitOf(task) : null;
    const [waited, waitedMore] = waitedOf(task, waitsFor?.kind);
    return {
      id,
      name: task.name,
      coroutine: task.coroutine.name,
      state,
      cancelling: isCancelling(task),
      run: idOf(task.root),
      waited,
      waitedMore,
      madeAt: taskMadeAt(task.origin),
      deadline: deadlineOf(task),
      stack: only && !only.has(id) ? [] : stackOf(task),
      waitsFor,
      awaited: awaitedOf(task as CoreFuture),
      parent: parentOf(task),
    };
  };

  const groupOf = new Map<unknown, unknown>();
  for (const { roots } of runtime.copies)
    for (const root of roots as Iterable<Root>) {
      const { scheduler } = root;
      runs.push({
        id: idOf(root),
        debug: root.debug,
        virtual: scheduler.host.jump !== undefined,
        ready: scheduler.ready.size,
      });
      for (let task = root.firstTask; task; task = task.nextTask) {
        const child = task;
        all.push(child);
        each(child.waiters, (waiter) => {
          const asker = (waiter as unknown as { asker?: Asker }).asker;
          if (!asker || typeof asker === "function") return;
          const known = children.get(asker);
          if (known) known.push(child);
          else children.set(asker, [child]);
          if (asker.waiter) groupOf.set(asker.waiter, asker);
        });
      }
    }
  const tasks = all.map(nodeOf);
  for (const holder of holders) tasks.push(nodeOf(holder));
  const of = options.of && awaitedOf(options.of as CoreFuture);
  const graph: TaskGraph = { version: 1, tasks, runs, ...(of && { of }) };
  return options.generators ? ({ ...graph, generators } as TaskGraph) : graph;
}
