import { element } from "./elements.js";
import { duration, shortPlace } from "./format.js";
import type { TaskLane } from "./model.js";
import type { State } from "./state.js";

const PAGE = 200;
const HEADS = ["task", "function", "made at", "from", "lasted", "running", "ready", "waiting", "ended"] as const;

/** All tasks in words, some hundred at a time. */
export function fillTable(table: HTMLTableElement, state: State, select: (task: TaskLane) => void): void {
  const body = element("tbody");
  const head = element("tr");
  for (const name of HEADS) head.append(element("th", { scope: "col", textContent: name }));
  table.replaceChildren(element("caption", { textContent: "What each task did" }), element("thead", {}, head), body);
  const more = (): void => {
    const begin = body.rows.length;
    for (const task of state.rows.slice(begin, begin + PAGE)) body.append(rowOf(task, select));
    const left = state.rows.length - body.rows.length;
    if (left <= 0) return;
    const button = element("button", { type: "button", textContent: `${left.toLocaleString("en")} more` });
    const cell = element("td", { colSpan: HEADS.length }, button);
    const row = element("tr", {}, cell);
    table.tFoot?.remove();
    table.append(element("tfoot", {}, row));
    button.addEventListener("click", () => {
      table.tFoot?.remove();
      more();
    });
  };
  more();
}

function rowOf(task: TaskLane, select: (task: TaskLane) => void): HTMLTableRowElement {
  const button = element("button", { type: "button", className: "link", textContent: task.name });
  button.addEventListener("click", () => select(task));
  const name = element("th", { scope: "row" }, button);
  name.style.paddingLeft = `${8 + Math.min(task.depth, 8) * 12}px`;
  const [running, ready, waiting] = task.sums;
  const texts = [
    task.fn,
    shortPlace(task.madeAt),
    duration(task.from),
    duration(task.to - task.from),
    duration(running),
    duration(ready),
    duration(waiting),
    task.value && task.ending !== "result" ? `${task.ending}: ${task.value}` : task.ending,
  ];
  return element("tr", {}, name, ...texts.map((text) => element("td", { textContent: text })));
}
