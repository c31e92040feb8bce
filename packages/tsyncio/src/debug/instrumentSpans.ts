/** Tasks as spans of OpenTelemetry. */
import type { Task } from "../kernel/task.js";
import { type Cause, describeWaited, type Instrument } from "./instrument.js";

/** What is needed of a span. */
export interface SpanOfTask {
  addEvent(name: string, attributes?: Record<string, string>): unknown;
  setAttribute(name: string, value: string): unknown;
  setStatus(status: { code: number; message?: string }): unknown;
  recordException(exception: Error | string): void;
  end(): void;
}

/** What is needed of the module `@opentelemetry/api`. */
export interface OpenTelemetryApi<Context> {
  readonly context: { active(): Context };
  readonly trace: {
    getTracer(name: string): {
      startSpan(name: string, options: { attributes: Record<string, string> }, context: Context): SpanOfTask;
    };
    setSpan(context: Context, span: never): Context;
  };
  readonly SpanStatusCode: { readonly ERROR: number };
}

/** Options of `openTelemetryInstrument`. */
export interface OpenTelemetryOptions {
  /** Whether spans have an event for each wait and each wake-up; default: false. */
  waits?: boolean | undefined;
}

/**
 * An instrument that makes a span of each task, from its making to its end: a child of the span of the task that made it, or else of the span
 * that is active there. An error becomes the status of the span and an exception in it; a cancellation an event and the attribute
 * `tsyncio.ending`.
 *
 * @param api - the module `@opentelemetry/api`, which the program has set up with an exporter
 * @example
 * ```ts
 * import * as api from "@opentelemetry/api";
 * addInstrument(openTelemetryInstrument(api));
 * ```
 */
export function openTelemetryInstrument<Context>(
  api: OpenTelemetryApi<Context>,
  options: OpenTelemetryOptions = {},
): Instrument {
  const tracer = api.trace.getTracer("tsyncio");
  const spans = new WeakMap<Task, SpanOfTask>();
  const who = (by: Cause): string => (typeof by === "string" ? by : by.name);
  const instrument: Instrument = {
    taskSpawned(task, parent) {
      const outer = parent && spans.get(parent);
      const active = api.context.active();
      const { name, coroutine } = task;
      const attributes = { "tsyncio.task": name, "code.function.name": coroutine.name };
      const named = typeof task.title === "string" ? name : coroutine.name;
      spans.set(
        task,
        tracer.startSpan(named, { attributes }, outer ? api.trace.setSpan(active, outer as never) : active),
      );
    },
    taskCancelled(task, by, reason) {
      const attributes = { by: who(by), ...(reason !== undefined && { reason: String(reason) }) };
      spans.get(task)?.addEvent("cancel", attributes);
    },
    scopeCancelled(task, _scope, by) {
      spans.get(task)?.addEvent("scope cancelled", { by: who(by) });
    },
    taskExited(task, ending, value) {
      const span = spans.get(task);
      spans.delete(task);
      if (!span) return;
      span.setAttribute("tsyncio.ending", ending);
      if (ending === "error") {
        span.recordException(value instanceof Error ? value : String(value));
        span.setStatus({ code: api.SpanStatusCode.ERROR, message: String(value) });
      }
      span.end();
    },
  };
  if (options.waits) {
    instrument.taskWaits = (task, waited) => {
      spans.get(task)?.addEvent("waits", { for: describeWaited(waited) });
    };
    instrument.taskScheduled = (task, by) => {
      spans.get(task)?.addEvent("woken", { by: who(by) });
    };
  }
  return instrument;
}
