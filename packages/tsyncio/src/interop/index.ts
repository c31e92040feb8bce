/**
 * What the platform gives one after another: the events of emitters and event targets, streams and other async iterables.
 *
 * @module
 */
export { fromAsyncIterable, toAsyncIterable } from "./asyncIterables.js";
export type { CoroutineIterator } from "./asyncIterator.js";
export {
  type EmitterLike,
  type EventOf,
  type EventStream,
  type EventsOptions,
  type EventTargetLike,
  events,
} from "./events.js";
