/** The tasks of a process as a tree: beneath each those whose end it waits for. */
import { ringsOf, type TaskGraph, type TaskNode } from "tsyncio/debug";

/** A task, or several of one kind that nothing hangs on. */
export interface Branch {
  /** One, or many that are much the same. */
  readonly tasks: readonly TaskNode[];
  readonly children: readonly Branch[];
}

export interface Tree {
  readonly branches: readonly Branch[];
  /** Tasks of which each waits for the next, and the last for the first. */
  readonly rings: readonly (readonly TaskNode[])[];
  /** Tasks of the tree that were left out, as there are too many branches. */
  readonly left: number;
  /** The ids of the tasks whose lines are shown. */
  readonly shown: readonly number[];
}

/** From so many tasks on that are much the same they get one branch. */
const CROWD = 4;
/** Of a crowd, the lines of so many are looked up. */
export const SAMPLES = 5;
const MOST_RINGS = 10;

/** @param limit - how many branches there may be */
export function taskTree(graph: TaskGraph, limit: number): Tree {
  const byId = new Map(graph.tasks.map((task) => [task.id, task]));
  const children = new Map<TaskNode | undefined, TaskNode[]>();
  for (const task of graph.tasks) {
    const parent = parentOf(task, byId);
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [task]);
    else siblings.push(task);
  }
  const seen = new Set<TaskNode>();
  const shown: number[] = [];
  let count = 0;

  const branchesOf = (tasks: readonly TaskNode[]): { branches: Branch[]; into: [TaskNode, Branch[]][] } => {
    const branches: Branch[] = [];
    const into: [TaskNode, Branch[]][] = [];
    for (const crowd of crowdsOf(tasks, children)) {
      if (count === limit) break;
      count++;
      for (const task of crowd) seen.add(task);
      shown.push(...crowd.slice(0, SAMPLES).map(({ id }) => id));
      const below: Branch[] = [];
      branches.push({ tasks: crowd, children: below });
      if (crowd.length === 1) into.push([crowd[0] as TaskNode, below]);
    }
    return { branches, into };
  };

  // Without recursion: a chain of tasks that await each other may be longer than the stack.
  const grow = (tasks: readonly TaskNode[]): Branch[] => {
    const { branches, into } = branchesOf(tasks);
    const open = into;
    for (let next = open.shift(); next !== undefined; next = open.shift()) {
      const [task, below] = next;
      const inner = branchesOf((children.get(task) ?? []).filter((child) => !seen.has(child)));
      below.push(...inner.branches);
      open.push(...inner.into);
    }
    return branches;
  };

  const branches = grow(children.get(undefined) ?? []);
  // Those that await each other in a ring hang on no other.
  for (const task of graph.tasks)
    if (!seen.has(task) && count < limit && inRing(task, byId)) branches.push(...grow([task]));
  const rings = ringsOf(graph)
    .slice(0, MOST_RINGS)
    .map((ring) => ring.flatMap((id) => byId.get(id) ?? []));
  shown.push(...rings.flat().map(({ id }) => id));
  return { branches, rings, left: graph.tasks.length - seen.size, shown: [...new Set(shown)] };
}

function parentOf({ awaited, parent }: TaskNode, byId: ReadonlyMap<number, TaskNode>): TaskNode | undefined {
  const waiting = awaited.find(({ task }) => task !== null && byId.has(task))?.task ?? parent;
  return waiting === null ? undefined : byId.get(waiting);
}

function inRing(task: TaskNode, byId: ReadonlyMap<number, TaskNode>): boolean {
  const seen = new Set<TaskNode>();
  let at = parentOf(task, byId);
  while (at !== undefined && at !== task && !seen.has(at)) {
    seen.add(at);
    at = parentOf(at, byId);
  }
  return at === task;
}

/** Those of one kind stand together where they are many, in the place of the first. */
function crowdsOf(
  tasks: readonly TaskNode[],
  children: ReadonlyMap<TaskNode | undefined, readonly TaskNode[]>,
): TaskNode[][] {
  const crowds = new Map<string, TaskNode[]>();
  for (const task of tasks) {
    const { id, coroutine, state, cancelling, waitsFor } = task;
    const alike = JSON.stringify([coroutine, state, cancelling, waitsFor?.kind]);
    const key = children.has(task) ? `${id}` : alike;
    const crowd = crowds.get(key);
    if (crowd === undefined) crowds.set(key, [task]);
    else crowd.push(task);
  }
  return [...crowds.values()].flatMap((crowd) => (crowd.length < CROWD ? crowd.map((task) => [task]) : [crowd]));
}
