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
export { readGraph } from "./readGraph.js";
