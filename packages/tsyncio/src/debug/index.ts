/**
 * Looking at what a program does.
 *
 * @module
 */
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
export { readGraph } from "./readGraph.js";
