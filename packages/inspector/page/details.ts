/** What is told of a task, and of what it does at the time that was clicked on. */
import { framesOf } from "tsyncio/debug";
import { element } from "./elements.js";
import { count, duration, shortPlace } from "./format.js";
import { type Model, READY, RUNNING, type TaskLane, WAITING, type Wait, type Woken } from "./model.js";

export interface DetailActions {
  select(task: TaskLane, time: number): void;
  show(from: number, to: number): void;
}

const KINDS = ["runs on the lane", "is ready, and waits for the lane", "waits"] as const;

/** The children of the panel. */
export function describeTask(model: Model, task: TaskLane, time: number, actions: DetailActions): HTMLElement[] {
  const at = model.segmentAt(task, time);
  return [
    element("h2", {}, task.name, " ", element("small", { textContent: task.fn !== task.name ? task.fn : "" })),
    ...(at >= 0 ? [describeSegment(model, at, actions)] : []),
    facts(model, task, actions),
    shares(task),
    events(model, task, actions),
  ];
}

function describeSegment(model: Model, at: number, actions: DetailActions): HTMLElement {
  const { segments, trace } = model;
  const kind = segments.kind[at] as 0 | 1 | 2;
  const [from = 0, to = 0] = [segments.from[at], segments.to[at]];
  const { awaited, stack, by } = segments.info[at] as Wait;
  const box = element("section", { className: `segment ${["running", "ready", "waiting"][kind]}` });
  const target = model.tasks.get(awaited);
  const what =
    kind === WAITING
      ? [" for ", target ? link(target, from, actions, model.wait(at)) : element("b", { textContent: model.wait(at) })]
      : [];
  box.append(
    element(
      "p",
      {},
      `At ${duration(from)} it `,
      KINDS[kind],
      ...what,
      ", for ",
      element("b", { textContent: duration(to - from) }),
      ".",
    ),
  );
  if (by.text && kind !== RUNNING) {
    const own = model.tasks.get(by.task)?.id === segments.owner[at];
    const words = kind === READY ? "Made ready by " : "Woken by ";
    box.append(
      element(
        "p",
        {},
        own ? "It only let the others go first." : words,
        ...(own ? [] : [whoever(model, by, to, actions), "."]),
      ),
    );
  }
  const frames = framesOf(trace, stack);
  if (frames.length > 0) {
    const list = element("ol", { className: "stack" });
    for (const frame of frames) {
      const [, name = frame, place = ""] = /^(.*?) \((.*)\)$/.exec(frame) ?? [];
      list.append(
        element(
          "li",
          {},
          element("b", { textContent: name }),
          " ",
          element("code", { textContent: shortPlace(place), title: place }),
        ),
      );
    }
    box.append(element("h3", { textContent: "Stack, innermost first" }), list);
  }
  const zoom = element("button", { type: "button", textContent: "Zoom to this" });
  zoom.addEventListener("click", () => actions.show(from, to));
  box.append(zoom);
  return box;
}

function whoever(model: Model, by: Woken, time: number, actions: DetailActions): Node {
  const task = model.tasks.get(by.task);
  return task ? link(task, time, actions) : element("b", { textContent: by.text });
}

function link(task: TaskLane, time: number, actions: DetailActions, text: string = task.name): HTMLElement {
  const button = element("button", { type: "button", className: "link", textContent: text });
  button.addEventListener("click", () => actions.select(task, Math.min(task.to, Math.max(task.from, time))));
  return button;
}

function facts(model: Model, task: TaskLane, actions: DetailActions): HTMLElement {
  const list = element("dl");
  const fact = (name: string, ...values: (Node | string)[]): void => {
    list.append(element("dt", { textContent: name }), element("dd", {}, ...values));
  };
  const parent = model.tasks.get(task.parent);
  if (parent) fact("made by", link(parent, task.from, actions));
  if (task.madeAt) fact("made at", element("code", { textContent: shortPlace(task.madeAt), title: task.madeAt }));
  fact("from", `${duration(task.from)}, for ${duration(task.to - task.from)}`);
  const ended = {
    result: "with a result",
    error: "with an error",
    cancelled: "cancelled",
    unfinished: "not before the recording did",
  };
  fact(
    "ended",
    element("span", { className: task.ending, textContent: ended[task.ending] }),
    task.value ? `: ${task.value}` : "",
  );
  let steps = 0;
  for (let at = task.first; at < task.last; at++) if (model.segments.kind[at] === RUNNING) steps++;
  fact("steps", `${count(steps, "step")}, the longest `, duration(task.longest));
  return list;
}

/** How it spent its time. */
function shares(task: TaskLane): HTMLElement {
  const [running, ready, waiting] = task.sums;
  const all = running + ready + waiting || 1;
  const bar = element("div", { className: "shares", role: "img" });
  const words: string[] = [];
  for (const [name, value] of [
    ["running", running],
    ["ready", ready],
    ["waiting", waiting],
  ] as const) {
    const part = element("i", { className: name });
    part.style.width = `${(100 * value) / all}%`;
    bar.append(part);
    words.push(`${name} ${duration(value)}`);
  }
  bar.setAttribute("aria-label", words.join(", "));
  return element("div", {}, bar, element("p", { className: "muted", textContent: words.join(" · ") }));
}

const MOST_EVENTS = 20;

/** What befell it. */
function events(model: Model, task: TaskLane, actions: DetailActions): HTMLElement | never {
  const own = model.marks.filter((mark) => mark.task === task.id).slice(0, MOST_EVENTS);
  const box = element("div");
  if (own.length === 0) return box;
  const list = element("ul", { className: "events" });
  for (const mark of own) {
    const button = element("button", { type: "button", className: "link", textContent: duration(mark.time) });
    button.addEventListener("click", () => actions.select(task, mark.time));
    list.append(element("li", {}, button, ` ${mark.text}`));
  }
  box.append(element("h3", { textContent: "Cancellations and errors" }), list);
  return box;
}
