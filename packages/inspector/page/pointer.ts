/** The mouse, the pen, the finger and the wheel. */
import type { TaskLane } from "./model.js";
import type { State } from "./state.js";
import { LANE, OVERVIEW, ROWS_TOP } from "./view.js";

export interface PointerActions {
  changed(): void;
  select(task: TaskLane | null, time: number): void;
  /** Points at a task, or at a step on the lane; null: at nothing. */
  hover(task: TaskLane | null, time: number, x: number, y: number): void;
}

/** The task at a place of the picture. */
function taskAt({ model, view, rows }: State, x: number, y: number): TaskLane | null {
  const row = view.rowAt(y);
  if (row >= 0) return rows[row] ?? null;
  if (y < LANE.top || y > LANE.top + LANE.height || x < view.left) return null;
  const { lane } = model;
  const slack = view.scale * 2;
  const time = view.time(x);
  let found = -1;
  for (
    let at = lane.firstEndingAfter(time - slack);
    at < lane.length && (lane.from[at] as number) <= time + slack;
    at++
  )
    if ((lane.to[at] as number) >= time - slack) found = at;
  return found < 0 ? null : (model.tasks.get(lane.owner[found] as number) ?? null);
}

export function followPointer(canvas: HTMLCanvasElement, state: State, actions: PointerActions): void {
  const { view, model } = state;
  let drag: { x: number; y: number; moved: boolean; overview: boolean } | null = null;
  const pointers = new Map<number, PointerEvent>();

  const showAround = (x: number): void => {
    const middle = ((x - view.left) / view.plot) * model.duration;
    view.pan(middle - (view.from + view.to) / 2);
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, event);
    const overview = event.offsetY < OVERVIEW.height && event.offsetX > view.left;
    drag = { x: event.offsetX, y: event.offsetY, moved: false, overview };
    if (overview) {
      showAround(event.offsetX);
      actions.changed();
    }
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drag) {
      actions.hover(
        taskAt(state, event.offsetX, event.offsetY),
        view.time(event.offsetX),
        event.offsetX,
        event.offsetY,
      );
      return;
    }
    const before = pointers.get(event.pointerId);
    const [one, other] = pointers.values();
    if (one && other && before) {
      // Two fingers: their distance.
      const fixed = before === one ? other : one;
      const was = Math.abs(before.offsetX - fixed.offsetX);
      const is = Math.abs(event.offsetX - fixed.offsetX);
      if (was > 5 && is > 5) view.zoom(was / is, view.time(fixed.offsetX));
      drag.moved = true;
    } else if (drag.overview) showAround(event.offsetX);
    else {
      if (Math.abs(event.offsetX - drag.x) + Math.abs(event.offsetY - drag.y) < 4 && !drag.moved) return;
      drag.moved = true;
      view.pan((drag.x - event.offsetX) * view.scale);
      view.scrollBy(drag.y - event.offsetY);
      drag.x = event.offsetX;
      drag.y = event.offsetY;
      canvas.style.cursor = "grabbing";
    }
    pointers.set(event.pointerId, event);
    actions.hover(null, 0, 0, 0);
    actions.changed();
  });
  const up = (event: PointerEvent): void => {
    pointers.delete(event.pointerId);
    const was = drag;
    if (pointers.size === 0) drag = null;
    canvas.style.cursor = "";
    if (event.type !== "pointerup" || !was || was.moved || was.overview) return;
    actions.select(taskAt(state, event.offsetX, event.offsetY), view.time(event.offsetX));
  };
  canvas.addEventListener("pointerup", up);
  canvas.addEventListener("pointercancel", up);
  canvas.addEventListener("pointerleave", () => actions.hover(null, 0, 0, 0));
  canvas.addEventListener("dblclick", (event) => {
    if (event.offsetY < ROWS_TOP - 4 && event.offsetY > OVERVIEW.height) return;
    view.zoom(0.25, view.time(event.offsetX));
    actions.changed();
  });
  canvas.addEventListener(
    "wheel",
    (event) => {
      const unit = event.deltaMode === 1 ? 16 : 1;
      if (event.ctrlKey || event.metaKey || (event.offsetY < ROWS_TOP && !event.shiftKey && event.deltaX === 0))
        view.zoom(Math.exp(event.deltaY * unit * 0.003), view.time(event.offsetX));
      else if (event.shiftKey) view.pan((event.deltaY || event.deltaX) * unit * view.scale);
      else {
        if (event.deltaX !== 0) view.pan(event.deltaX * unit * view.scale);
        // Where all rows are on the screen the page itself scrolls.
        if (view.mostScroll === 0 && event.deltaX === 0) return;
        view.scrollBy(event.deltaY * unit);
      }
      event.preventDefault();
      actions.changed();
    },
    { passive: false },
  );
}
