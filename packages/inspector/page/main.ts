/** The page of a trace. */
import { readColours } from "./colours.js";
import { describeTask } from "./details.js";
import { byId, element } from "./elements.js";
import { count, duration } from "./format.js";
import { followKeys, type Key } from "./keys.js";
import { loadTrace } from "./load.js";
import { Model, RUNNING, type TaskLane, WAITING } from "./model.js";
import { makeOverview, paint } from "./paint.js";
import { followPointer } from "./pointer.js";
import { State } from "./state.js";
import { fillTable } from "./table.js";
import { View } from "./view.js";

const canvas = byId<HTMLCanvasElement>("picture");
const panel = byId("details");
const hint = byId("hint");
const said = byId("said");
const search = byId<HTMLInputElement>("search");
const found = byId("found");
const help = byId<HTMLDialogElement>("help");
const tasks = byId<HTMLDetailsElement>("tasks");

const trace = await loadTrace();
const model = new Model(trace);
const view = new View(model.duration);
const state = new State(model, view);
const context = canvas.getContext("2d", { alpha: false }) as CanvasRenderingContext2D;
const still = matchMedia("(prefers-reduced-motion: reduce)");
let colours = readColours();
let overview: HTMLCanvasElement | null = null;
let asked = false;

/** Draws once, at the next frame. */
function draw(): void {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    if (view.animate(still.matches)) draw();
    drawNow();
  });
}

/** @returns how long it took, in milliseconds */
function drawNow(): number {
  const begin = performance.now();
  overview ??= makeOverview({ colours, state }, devicePixelRatio);
  paint({ context, colours, state }, overview);
  return performance.now() - begin;
}

function measure(): void {
  const { width, height } = byId("stage").getBoundingClientRect();
  view.width = width;
  view.height = height;
  canvas.width = Math.round(width * devicePixelRatio);
  canvas.height = Math.round(height * devicePixelRatio);
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  view.scrollBy(0);
  overview = null;
  drawNow();
}

function recolour(): void {
  colours = readColours();
  overview = null;
  draw();
}

function select(task: TaskLane | null, time: number, goThere = false): void {
  state.selected = task;
  state.at = time;
  panel.hidden = task === null;
  if (task) {
    panel.replaceChildren(
      close(),
      ...describeTask(model, task, time, { select: (other, at) => select(other, at, true), show }),
    );
    const row = state.rowOf.get(task.id);
    if (row !== undefined && goThere) view.reveal(row);
    if (goThere && (time < view.from || time > view.to)) view.pan(time - (view.from + view.to) / 2);
    said.textContent = (panel.textContent ?? "").slice(0, 400);
  }
  draw();
}

function close(): HTMLElement {
  const button = element("button", { type: "button", className: "close", textContent: "✕", title: "Close (Esc)" });
  button.setAttribute("aria-label", "Close");
  button.addEventListener("click", () => select(null, 0));
  return button;
}

function show(from: number, to: number): void {
  view.show(from, to);
  draw();
}

function filter(): void {
  state.filter(search.value);
  found.textContent = search.value.trim() ? `${state.rows.length} of ${count(model.tasks.size, "task")}` : "";
  if (tasks.open) fill();
  draw();
}

function fill(): void {
  fillTable(byId<HTMLTableElement>("table"), state, (task) => {
    select(task, task.from, true);
    show(task.from, task.to);
    canvas.focus();
    canvas.scrollIntoView({ block: "nearest" });
  });
}

function hover(task: TaskLane | null, time: number, x: number, y: number): void {
  if (state.hovered !== task) {
    state.hovered = task;
    draw();
  }
  hint.hidden = task === null;
  if (!task) return;
  const at = x < view.left ? -1 : model.segmentAt(task, time);
  const kind = model.segments.kind[at];
  const did =
    kind === WAITING ? `waits for ${model.wait(at)}` : kind === RUNNING ? "runs" : "is ready: the lane is taken";
  const length = (model.segments.to[at] ?? 0) - (model.segments.from[at] ?? 0);
  hint.replaceChildren(
    element("b", { textContent: task.name }),
    at < 0 ? ` ${task.fn !== task.name ? task.fn : ""}` : ` ${did}, ${duration(length)}`,
  );
  const left = Math.min(x + 14, view.width - hint.offsetWidth - 8);
  hint.style.transform = `translate(${left}px, ${y + 18 + hint.offsetHeight > view.height ? y - hint.offsetHeight - 8 : y + 18}px)`;
}

/** To the next or the one before, from the time that is selected. */
function step(by: 1 | -1): void {
  const task = state.selected ?? state.rows[0];
  if (!task || task.last === task.first) return;
  const now = model.segmentAt(task, state.at);
  const next = now < 0 ? task.first : Math.min(task.last - 1, Math.max(task.first, now + by));
  const [from = 0, to = 0] = [model.segments.from[next], model.segments.to[next]];
  select(task, (from + to) / 2, true);
}

function move(by: number): void {
  const row = state.selected ? (state.rowOf.get(state.selected.id) ?? -1) : -1;
  const task = state.rows[Math.min(state.rows.length - 1, Math.max(0, row + by))];
  if (task) select(task, Math.min(task.to, Math.max(task.from, state.at)), true);
}

/** To the next thing of a kind after what is selected; the first again after the last. */
function next(things: readonly { task: number; time: number }[]): void {
  const thing = things.find(({ time }) => time > state.at + 1e-9) ?? things[0];
  const task = thing && model.tasks.get(thing.task);
  if (thing && task) select(task, thing.time, true);
}

const keys: readonly Key[] = [
  { keys: ["ArrowLeft", "a"], shown: "← a", does: "earlier", act: () => view.pan(-(view.to - view.from) / 8) },
  { keys: ["ArrowRight", "d"], shown: "→ d", does: "later", act: () => view.pan((view.to - view.from) / 8) },
  { keys: ["+", "=", "w"], shown: "+ w", does: "nearer", act: () => view.zoom(0.7) },
  { keys: ["-", "s"], shown: "− s", does: "farther", act: () => view.zoom(1 / 0.7) },
  { keys: ["0", "f"], shown: "0 f", does: "all of it", act: () => view.fit() },
  { keys: ["ArrowUp", "k"], shown: "↑ k", does: "the task above", act: () => move(-1) },
  { keys: ["ArrowDown", "j"], shown: "↓ j", does: "the task below", act: () => move(1) },
  { keys: ["PageUp"], shown: "Page ↑", does: "a page up", act: () => view.scrollBy(-view.height / 2) },
  { keys: ["PageDown"], shown: "Page ↓", does: "a page down", act: () => view.scrollBy(view.height / 2) },
  { keys: ["["], shown: "[", does: "what the task did before", act: () => step(-1) },
  { keys: ["]"], shown: "]", does: "what it did next", act: () => step(1) },
  {
    keys: ["Enter"],
    shown: "Enter",
    does: "zoom to the task",
    act: () => state.selected && view.show(state.selected.from, state.selected.to),
  },
  { keys: ["e"], shown: "e", does: "the next error or cancellation", act: () => next(model.marks) },
  {
    keys: ["b"],
    shown: "b",
    does: "the next task that blocks the lane",
    act: () => next(model.blocks.filter(({ task }) => task > 0).map(({ task, from }) => ({ task, time: from }))),
  },
  { keys: ["/"], shown: "/", does: "search", act: () => search.focus() },
  {
    keys: ["t"],
    shown: "t",
    does: "the table of tasks",
    act: () => {
      tasks.open = !tasks.open;
    },
  },
  { keys: ["?"], shown: "?", does: "this help", act: () => help.showModal() },
  { keys: ["Escape"], shown: "Esc", does: "close", act: () => select(null, 0) },
];

function setUp(): void {
  document.title = `${trace.title || "trace"} – tsyncio`;
  byId("title").textContent = trace.title || "A trace";
  const busy = Math.round((100 * model.busy) / model.duration);
  const [longest] = [...model.blocks].sort((a, b) => b.to - b.from - (a.to - a.from));
  const told = [
    count(model.tasks.size, "task"),
    `${model.mostAlive.toLocaleString("en")} at once`,
    duration(model.duration),
    `lane busy ${busy} %`,
    count(trace.eventCount, "event"),
  ];
  byId("facts").replaceChildren(...told.map((text) => element("li", { textContent: text })));
  if (longest) {
    const button = element("button", {
      type: "button",
      className: "warning",
      textContent: `${longest.name} blocks the lane for ${duration(longest.to - longest.from)}`,
    });
    button.addEventListener("click", () => {
      const task = model.tasks.get(longest.task);
      if (task) select(task, longest.from, true);
      show(longest.from, longest.to);
    });
    byId("facts").append(element("li", {}, button));
  }
  if (trace.dropped > 0)
    byId("facts").append(
      element("li", {
        className: "dropped",
        textContent: `${trace.dropped.toLocaleString("en")} older events were dropped: the limit`,
      }),
    );
  canvas.setAttribute(
    "aria-label",
    `What ${told.join(", ")} did over time. The table of tasks below says it in words.`,
  );
  const rows = keys.map(({ shown, does }) =>
    element("tr", {}, element("th", {}, element("kbd", { textContent: shown })), element("td", { textContent: does })),
  );
  byId("keys").replaceChildren(...rows);

  for (const [id, act] of [
    ["nearer", () => view.zoom(0.6)],
    ["farther", () => view.zoom(1 / 0.6)],
    ["all", () => view.fit()],
    ["explain", () => help.showModal()],
    ["theme", () => changeTheme()],
  ] as const)
    byId(id).addEventListener("click", () => {
      act();
      draw();
    });
  search.addEventListener("input", filter);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      const { rows, selected } = state;
      const row = selected ? (state.rowOf.get(selected.id) ?? -1) : -1;
      const task = rows[(row + (event.shiftKey ? rows.length - 1 : 1)) % rows.length];
      if (task) {
        select(task, task.from, true);
        if (task.to < view.from || task.from > view.to) show(task.from, task.to);
      }
    } else if (event.key === "Escape") {
      search.value = "";
      filter();
      canvas.focus();
    }
  });
  tasks.addEventListener("toggle", () => tasks.open && fill());
  followPointer(canvas, state, { changed: draw, select, hover });
  followKeys(
    keys.map((key) => ({
      ...key,
      act: () => {
        key.act();
        draw();
      },
    })),
    ({ target }) => !help.open && !(target instanceof HTMLInputElement),
  );
  new ResizeObserver(measure).observe(byId("stage"));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
}

/** Light, dark, or as the system has it. */
function changeTheme(): void {
  const root = document.documentElement;
  const isDark =
    (root.dataset["theme"] ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  root.dataset["theme"] = isDark ? "light" : "dark";
  recolour();
}

setUp();
measure();
// For the console of the browser, and for measurements.
Object.assign(globalThis, { tsyncioTrace: { trace, model, view, state, draw, drawNow } });
document.documentElement.dataset["ready"] = "true";
