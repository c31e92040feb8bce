import assert from "node:assert/strict";
import diagnosticsChannel from "node:diagnostics_channel";
import { describe, test } from "node:test";
import * as api from "@opentelemetry/api";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { coroutine, createTask, sleep, type Task } from "tsyncio";
import {
  addInstrument,
  diagnosticsChannelInstrument,
  type Instrument,
  openTelemetryInstrument,
  removeInstrument,
} from "tsyncio/debug";
import { runWithVirtualTime } from "tsyncio/testing";

async function during(instrument: Instrument, body: () => Generator<unknown, unknown, any>): Promise<void> {
  addInstrument(instrument);
  try {
    await runWithVirtualTime(coroutine(body));
  } finally {
    removeInstrument(instrument);
  }
}

const child = coroutine(function* child(fails: boolean) {
  yield* sleep(5);
  if (fails) throw new Error("broken");
});

describe("on the channels of node:diagnostics_channel", () => {
  test("each event is published with its arguments by name, where somebody has subscribed", async () => {
    const got: unknown[] = [];
    const spawned = (message: unknown): void => {
      const { task, parent } = message as { task: Task; parent: Task | null };
      got.push(["spawned", task.name, parent?.name]);
    };
    const exited = (message: unknown): void => {
      const { task, ...rest } = message as { task: Task };
      got.push(["exited", task.name, rest]);
    };
    const waits = (message: unknown): void => {
      got.push(["waits", Object.keys(message as object)]);
    };
    diagnosticsChannel.subscribe("tsyncio.taskSpawned", spawned);
    diagnosticsChannel.subscribe("tsyncio.taskExited", exited);
    diagnosticsChannel.subscribe("tsyncio.taskWaits", waits);
    await during(diagnosticsChannelInstrument(diagnosticsChannel), function* () {
      yield* createTask(child(false), { name: "kid" });
    });
    diagnosticsChannel.unsubscribe("tsyncio.taskSpawned", spawned);
    diagnosticsChannel.unsubscribe("tsyncio.taskExited", exited);
    diagnosticsChannel.unsubscribe("tsyncio.taskWaits", waits);
    assert.deepEqual(got, [
      ["spawned", "main", undefined],
      ["spawned", "kid", "main"],
      ["waits", ["task", "waited"]],
      ["waits", ["task", "waited"]],
      ["exited", "kid", { ending: "result", value: undefined }],
      ["exited", "main", { ending: "result", value: undefined }],
    ]);
  });
});

describe("with OpenTelemetry", () => {
  test("each task is a span beneath that of the task that made it, with its error or its cancellation", async () => {
    const exporter = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    api.trace.setGlobalTracerProvider(provider);
    await during(openTelemetryInstrument(api, { waits: true }), function* () {
      createTask(child(true), { name: "kid" }).addDoneCallback((task) => task.exception());
      const idle = createTask(child(false));
      yield* sleep(1);
      idle.cancel("enough");
      yield* sleep(10);
    });
    const spans = exporter.getFinishedSpans();
    const names = new Map(spans.map((span) => [span.spanContext().spanId, span.name]));
    assert.deepEqual(
      spans.map(({ name, parentSpanContext, attributes, status, events }) => ({
        name,
        parent: names.get(parentSpanContext?.spanId ?? ""),
        ending: attributes["tsyncio.ending"],
        fn: attributes["code.function.name"],
        status: status.message ?? "",
        events: events.map((event) => [event.name, ...Object.values(event.attributes ?? {}).slice(0, 2)].join(" ")),
      })),
      [
        {
          name: "child",
          parent: "main",
          ending: "cancelled",
          fn: "child",
          status: "",
          events: ["woken main", "waits a sleep", "cancel main enough", "woken main"],
        },
        {
          name: "kid",
          parent: "main",
          ending: "error",
          fn: "child",
          status: "Error: broken",
          events: ["woken main", "waits a sleep", "woken timer", "exception Error broken"],
        },
        {
          name: "main",
          parent: undefined,
          ending: "result",
          fn: "main",
          status: "",
          events: ["woken platform", "waits a sleep", "woken timer", "waits a sleep", "woken timer"],
        },
      ],
    );
    assert.equal(spans[1]?.status.code, api.SpanStatusCode.ERROR);
  });
});
