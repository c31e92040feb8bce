// The scenarios, in one place. Each is a function of the same name in every contender: it takes the number of operations
// and gives a checksum that only the whole work, done, can give.
//
// A scenario without `operations` is timed over as many as take `targetMs`, found while it warms up. `limits` names the
// contenders that get fewer operations, because all of them would take minutes or gigabytes.

/**
 * @typedef {object} Scenario
 * @property {string} name
 * @property {string} title
 * @property {(n: number) => number} checksum
 * @property {number} [step] operations come in multiples of this
 * @property {number} [operations]
 * @property {number} [warmUp] operations of a pass that warms up for a fixed number of them
 * @property {Record<string, number>} [limits]
 * @property {number} [leastMs] less than this is not the same work
 * @property {boolean} [wall] reported as seconds and peak memory of the whole
 */

/** @type {Scenario[]} */
export const scenarios = [
  { name: "switch1", title: "switch, 1 task", checksum: (n) => n },
  { name: "switch1k", title: "switch, 1000 tasks", step: 100_000, checksum: (n) => n },
  { name: "switchDeep", title: "switch, 10 calls deep", checksum: (n) => n },
  { name: "ready", title: "await, already done", checksum: (n) => n },
  { name: "leaf", title: "call and await a leaf", checksum: (n) => n },
  { name: "depth10", title: "10 nested calls", checksum: (n) => 10 * n },
  { name: "depth100", title: "100 nested calls, 1 wait", checksum: (n) => 100 * n },
  { name: "spawn", title: "spawn and join", checksum: (n) => n },
  {
    name: "gather",
    title: "gather 100 000",
    operations: 100_000,
    warmUp: 5_000,
    limits: { effection: 10_000 },
    checksum: (n) => (n * (n - 1)) / 2,
  },
  {
    name: "sleepers",
    title: "1 000 000 sleepers, 1 s",
    operations: 1_000_000,
    warmUp: 1_000,
    limits: { effection: 50_000 },
    leastMs: 990,
    wall: true,
    checksum: (n) => n,
  },
  {
    name: "cancel",
    title: "cancel 100 000, with finally",
    operations: 100_000,
    warmUp: 5_000,
    limits: { effection: 10_000 },
    checksum: (n) => 2 * n,
  },
  { name: "timeout", title: "timeout, ready operation", checksum: (n) => n },
  { name: "timeoutLoop", title: "timeout, operation that waits", checksum: (n) => n },
  {
    name: "timers",
    title: "1 000 000 timers, 90 % cancelled",
    operations: 1_000_000,
    warmUp: 20_000,
    limits: { effect: 100_000, effection: 10_000 },
    checksum: (n) => n / 10,
  },
  { name: "queue1x1", title: "queue, 1 producer, 1 consumer", checksum: (n) => (n * (n - 1)) / 2 },
  { name: "queue4x4", title: "queue, 4 producers, 4 consumers", step: 4, checksum: (n) => (n * (n - 1)) / 2 },
  { name: "lock", title: "lock, 1000 contenders", step: 1000, checksum: (n) => n },
  { name: "semaphore", title: "semaphore of 10, 1000 contenders", step: 1000, checksum: (n) => n },
  { name: "promise", title: "await a native promise", checksum: (n) => n },
];
