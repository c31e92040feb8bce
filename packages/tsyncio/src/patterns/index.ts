/**
 * Patterns that people reach for: bounded maps, calls that overlap or come too often, limits of rate, work that is done once.
 *
 * @module
 */
export type { CoroutineIterator } from "../interop/asyncIterator.js";
export { debounce } from "./debounce.js";
export { type MapConcurrentOptions, mapConcurrent } from "./mapConcurrent.js";
export { type OnceOptions, once } from "./once.js";
export { drop, enqueue, keepLatest, restart } from "./overlap.js";
export { type RateLimit, type RateLimiter, rateLimiter } from "./rateLimiter.js";
export { type ThrottleOptions, throttle } from "./throttle.js";
export type { AsyncFunction, CoroutineFunction } from "./wrapped.js";
