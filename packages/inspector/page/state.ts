import type { Model, TaskLane } from "./model.js";
import type { View } from "./view.js";

/** What the page shows, besides the part of the time. */
export class State {
  readonly model: Model;
  readonly view: View;
  /** The tasks that are shown, from the top. */
  rows: readonly TaskLane[];
  /** Where each is, by its number. */
  rowOf: ReadonlyMap<number, number>;
  search = "";
  selected: TaskLane | null = null;
  /** The time that was clicked on. */
  at = 0;
  hovered: TaskLane | null = null;

  constructor(model: Model, view: View) {
    this.model = model;
    this.view = view;
    this.rows = model.order;
    this.rowOf = new Map();
    this.filter("");
  }

  /** Shows the tasks in whose name, function, place, end or waits the text stands. */
  filter(search: string): void {
    const { model, view } = this;
    this.search = search;
    const wanted = search.trim().toLowerCase();
    this.rows = wanted === "" ? model.order : model.order.filter((task) => matches(model, task, wanted));
    this.rowOf = new Map(this.rows.map((task, row) => [task.id, row]));
    view.rowCount = this.rows.length;
    view.scrollBy(0);
  }
}

function matches(model: Model, task: TaskLane, wanted: string): boolean {
  const texts = [task.name, task.fn, task.madeAt, task.ending, task.value];
  if (texts.some((text) => text.toLowerCase().includes(wanted))) return true;
  const seen = new Set<string>();
  for (let at = task.first; at < task.last; at++) {
    const { what } = model.segments.info[at] as { what: string };
    if (what === "" || seen.has(what)) continue;
    if (what.toLowerCase().includes(wanted)) return true;
    seen.add(what);
  }
  return false;
}
