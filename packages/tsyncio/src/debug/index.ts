/**
 * Looking at what a program does: what each task is in, what it waits for, and who waits for it. Nothing of it costs anything before it
 * is asked.
 *
 * @module
 */
export {
  type CallGraphEntry,
  type CallGraphOptions,
  captureCallGraph,
  type FutureCallGraph,
} from "./captureCallGraph.js";
export { captureTasks, printTasks } from "./captureTasks.js";
export { formatCallGraph, type PrintOptions, printCallGraph } from "./formatCallGraph.js";
export { type FormatTasksOptions, formatTasks, stateText } from "./formatTasks.js";
export type {
  AwaitedNode,
  GraphWithGenerators,
  ReadOptions,
  RunNode,
  StackEntry,
  TaskGraph,
  TaskNode,
  TaskState,
  WaitNode,
} from "./graph.js";
export {
  addInstrument,
  type Cause,
  describeWaited,
  type Ending,
  type Instrument,
  removeInstrument,
} from "./instrument.js";
export { type DiagnosticsChannelModule, diagnosticsChannelInstrument } from "./instrumentChannels.js";
export { type ChromeEvent, type ChromeTrace, eachChromeEvent, toChromeTrace } from "./instrumentChrome.js";
export {
  eachEvent,
  framesOf,
  packTrace,
  type Trace,
  type TraceEvent,
  type TraceStack,
  unpackTrace,
} from "./instrumentFormat.js";
export { TraceRecorder, type TraceRecorderOptions } from "./instrumentRecorder.js";
export { type Doer, type Doing, type Replay, replayTrace, type Segment, type TraceTask } from "./instrumentReplay.js";
export {
  type OpenTelemetryApi,
  type OpenTelemetryOptions,
  openTelemetryInstrument,
  type SpanOfTask,
} from "./instrumentSpans.js";
export { located } from "./located.js";
export { readGraph } from "./readGraph.js";
export { ringsOf } from "./ringsOf.js";
