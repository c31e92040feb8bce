/** Tasks that wait for each other in a ring: none of them can ever go on. */
import type { TaskGraph } from "./graph.js";

/** The rings in which each task waits for the next one, and the last for the first: by `id`. No task is in two of them. */
export function ringsOf({ tasks }: TaskGraph): number[][] {
  const waitsFor = new Map(tasks.map((task) => [task.id, task.waitsFor?.tasks ?? []]));
  const rings: number[][] = [];
  const finished = new Set<number>();
  for (const start of waitsFor.keys()) {
    if (finished.has(start)) continue;
    const way: number[] = [];
    const places = new Map<number, number>();
    // By hand and not by calls: a chain of tasks has any length.
    const open: { id: number; next: number }[] = [];
    const enter = (id: number): void => {
      places.set(id, way.length);
      way.push(id);
      open.push({ id, next: 0 });
    };
    enter(start);
    for (let top = open.at(-1); top; top = open.at(-1)) {
      const to = waitsFor.get(top.id)?.[top.next++];
      if (to === undefined) {
        finished.add(top.id);
        places.delete(top.id);
        way.pop();
        open.pop();
        continue;
      }
      const place = places.get(to);
      if (place !== undefined) {
        const ring = way.slice(place);
        if (!rings.some((other) => other.some((id) => ring.includes(id)))) rings.push(ring);
      } else if (!finished.has(to)) enter(to);
    }
  }
  return rings;
}
