/**
 * The frames of the task that runs.
 *
 * The driver has the innermost one in a variable, and writes it down when the task waits: a store for each call and each return would cost
 * every program. So the engine's inspector is asked when somebody wants to know: it pauses for a moment and looks into that variable (some
 * milliseconds). Not while a debugger is attached, which would see the pause, nor where a minifier has renamed the variable: there the frame
 * is looked for among all of the heap, after a garbage collection (some hundred milliseconds).
 */
import type { CoreTask } from "../kernel/coreTask.js";
import { ENDED, TAKEN } from "../kernel/coroutineBits.js";
import type { Frame } from "../kernel/frame.js";
import { FrameCoroutine } from "../kernel/frameCoroutine.js";
import { builtin, type Inspector, inspecting, takeShown } from "./inspector.js";

/** From the innermost to the outermost; null where the engine does not tell. */
export function runningFrames(task: CoreTask): Frame[] | null {
  const debugged = builtin<{ url?(): string | undefined }>("node:inspector")?.url?.() !== undefined;
  const seen = debugged ? null : inspecting((inspector) => pausedFrame(inspector, task), null);
  return seen ? chainOf(seen) : inspecting((inspector) => framesInHeap(inspector, task), null);
}

function chainOf(innermost: Frame | null): Frame[] {
  const chain: Frame[] = [];
  for (let frame = innermost; frame; frame = frame.caller) chain.push(frame);
  return chain;
}

function pausedFrame(inspector: Inspector, task: CoreTask): Frame | null {
  let found: Frame | null = null;
  inspector.on("Debugger.paused", (params) => {
    const { callFrames } = params as { callFrames: { callFrameId: string; functionName: string }[] };
    try {
      const step = callFrames.find(({ functionName }) => functionName === "tsyncioStep");
      const expression = 'globalThis[Symbol.for("tsyncio.shown")] = [task, frame]';
      if (step) inspector.ask("Debugger.evaluateOnCallFrame", { callFrameId: step.callFrameId, expression });
      const [of, frame] = (takeShown() ?? []) as [CoreTask?, (Frame | null)?];
      if (of === task) found = frame ?? null;
    } finally {
      inspector.ask("Debugger.resume");
    }
  });
  inspector.ask("Debugger.enable");
  inspector.ask("Debugger.pause");
  // It takes effect at the next call.
  inspector.ask("Debugger.disable");
  return found;
}

function framesInHeap(inspector: Inspector, task: CoreTask): Frame[] | null {
  const { objects } = inspector.ask<{ objects: { objectId: string } }>("Runtime.queryObjects", {
    prototypeObjectId: inspector.handleOf(FrameCoroutine.prototype),
  });
  inspector.ask("Runtime.callFunctionOn", {
    objectId: objects.objectId,
    functionDeclaration: 'function () { globalThis[Symbol.for("tsyncio.shown")] = this; }',
  });
  const on = ((takeShown() ?? []) as Frame[]).filter(
    (frame) => (frame.flags & (TAKEN | ENDED)) === TAKEN && frame.generator,
  );
  const callers = new Set(on.map(({ caller }) => caller));
  // The outermost is mostly the coroutine of the task; else it is none that another task is in.
  const others = new Set<unknown>();
  for (const other of task.root.tasks()) if (other !== task) others.add(other.coroutine).add(chainOf(other.top).at(-1));
  const chains = on.filter((frame) => !callers.has(frame)).map(chainOf);
  const own = chains.find((chain) => chain.at(-1) === (task.coroutine as unknown));
  return own ?? chains.find((chain) => !others.has(chain.at(-1))) ?? null;
}
