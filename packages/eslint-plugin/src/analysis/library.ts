/** The exports of tsyncio that give coroutines, for files about which there is no type information. */

/** Functions of `tsyncio` and its sub-paths whose calls give a coroutine. */
export const COROUTINE_FUNCTIONS: ReadonlySet<string> = new Set([
  "any",
  "moveOnAfter",
  "race",
  "retry",
  "scopedToSignal",
  "sleep",
  "until",
  "wait",
  "waitAllTasksBlocked",
  "waitFor",
  "withCancelScope",
  "withTaskGroup",
  "withTimeout",
]);

/** Functions that make a coroutine function of the function that they are given. */
export const MAKERS: ReadonlySet<string> = new Set([
  "coroutine",
  "debounce",
  "drop",
  "enqueue",
  "keepLatest",
  "once",
  "restart",
  "throttle",
]);

/** Methods whose calls give a coroutine, by the class. */
export const COROUTINE_METHODS: Readonly<Record<string, readonly string[]>> = {
  Barrier: ["wait"],
  BoundedSemaphore: ["acquire", "with"],
  CapacityLimiter: ["acquire", "with"],
  Condition: ["acquire", "wait", "waitFor", "with"],
  Event: ["wait"],
  LifoQueue: ["get", "join", "put"],
  Lock: ["acquire", "with"],
  PriorityQueue: ["get", "join", "put"],
  Queue: ["get", "join", "put"],
  RwLock: ["read", "write"],
  Semaphore: ["acquire", "with"],
};

export function isOfLibrary(module: string): boolean {
  return module === "tsyncio" || module.startsWith("tsyncio/");
}
