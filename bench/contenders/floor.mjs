// What generators cost by themselves: a scheduler of the fewest lines that do the work, to see how far a library could get on this machine.
// No cancellation but of a whole task, no scopes, no context variables, no notice of what was forgotten or has failed, no fairness to the host, and nothing
// that says what a task waits for.

const ready = [];
let first = 0;
let draining = false;

function enqueue(task) {
  ready.push(task);
  if (!draining) {
    draining = true;
    queueMicrotask(drain);
  }
}

function drain() {
  while (first < ready.length) {
    const task = ready[first];
    ready[first++] = null;
    if (first === 8192) {
      ready.splice(0, first);
      first = 0;
    }
    step(task);
  }
  ready.length = first = 0;
  draining = false;
}

class Task {
  caller = [];
  sent = undefined;
  done = false;
  waiter = null;

  constructor(generator) {
    this.top = generator;
    enqueue(this);
  }
}

const PAUSE = Symbol("pause");

/** A frame yields a generator to call it, `PAUSE` to let others run, and anything with `wait(task)` to wait for it. */
function step(task) {
  for (;;) {
    const { value, done } = task.top.next(task.sent);
    task.sent = undefined;
    if (done) {
      const caller = task.caller.pop();
      task.sent = value;
      if (caller === undefined) return end(task);
      task.top = caller;
    } else if (value === PAUSE) return enqueue(task);
    else if (value.wait === undefined) {
      task.caller.push(task.top);
      task.top = value;
    } else if (value.wait(task)) return;
  }
}

function end(task) {
  task.done = true;
  if (typeof task.waiter === "function") task.waiter(task.sent);
  else if (task.waiter !== null) wake(task.waiter, task.sent);
}

function wake(task, sent) {
  task.sent = sent;
  enqueue(task);
}

Task.prototype.wait = function (task) {
  if (this.done) task.sent = this.sent;
  else this.waiter = task;
  return !this.done;
};

Promise.prototype.wait = function (task) {
  this.then((value) => wake(task, value));
  return true;
};

const run = (generator) =>
  new Promise((resolve) => {
    new Task(generator).waiter = resolve;
  });

class All {
  constructor(generators) {
    this.generators = generators;
  }

  wait(task) {
    const results = new Array(this.generators.length);
    let left = results.length;
    this.generators.forEach((generator, index) => {
      new Task(generator).waiter = (value) => {
        results[index] = value;
        if (--left === 0) wake(task, results);
      };
    });
    return true;
  }
}

export const switch1 = (n) => run(yieldTimes(n));

function* yieldTimes(n) {
  let turns = 0;
  while (turns < n) {
    yield PAUSE;
    turns++;
  }
  return turns;
}

export async function switch1k(n) {
  const meter = { last: -1, turns: 0 };
  await run(all(Array.from({ length: 1000 }, (_, id) => takeTurns(meter, id, n / 1000))));
  return meter.turns;
}

function* all(generators) {
  return yield new All(generators);
}

function* takeTurns(meter, id, rounds) {
  for (let round = 0; round < rounds; round++) {
    if (meter.last !== id) meter.turns++;
    meter.last = id;
    yield PAUSE;
  }
}

export const switchDeep = (n) => run(turnsAt(10, n));

function* turnsAt(depth, n) {
  return depth === 1 ? yield yieldTimes(n) : yield turnsAt(depth - 1, n);
}

const repeat = (generator) => (n) => run(sumOf(generator, n));

function* sumOf(make, n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield make();
  return sum;
}

function* one() {
  return 1;
}

function* down(depth) {
  return depth === 1 ? 1 : (yield down(depth - 1)) + 1;
}

function* downAndWait(depth) {
  if (depth > 1) return (yield downAndWait(depth - 1)) + 1;
  yield PAUSE;
  return 1;
}

const resolved = Promise.resolve(1);

export const leaf = repeat(one);
export const depth10 = repeat(() => down(10));
export const depth100 = repeat(() => downAndWait(100));
export const spawn = repeat(() => new Task(one()));
export const promise = repeat(() => resolved);

export async function gather(n) {
  const results = await run(all(Array.from({ length: n }, (_, i) => itself(i))));
  return results.reduce((sum, result) => sum + result, 0);
}

function* itself(value) {
  return value;
}

class Semaphore {
  waiting = [];

  constructor(permits) {
    this.free = permits;
  }

  wait(task) {
    if (this.free > 0) {
      this.free--;
      return false;
    }
    this.waiting.push(task);
    return true;
  }

  release() {
    if (this.waiting.length > 0) wake(this.waiting.shift());
    else this.free++;
  }
}

export const lock = (n) => contend(1, n);
export const semaphore = (n) => contend(10, n);

async function contend(permits, n) {
  const semaphore = new Semaphore(permits);
  const meter = { inside: 0, most: 0, turns: 0 };
  await run(all(Array.from({ length: 1000 }, () => takePermits(semaphore, meter, n / 1000))));
  return meter.most === permits ? meter.turns : -1;
}

function* takePermits(semaphore, meter, rounds) {
  for (let round = 0; round < rounds; round++) {
    yield semaphore;
    try {
      meter.most = Math.max(meter.most, ++meter.inside);
      yield PAUSE;
      meter.turns++;
      meter.inside--;
    } finally {
      semaphore.release();
    }
  }
}

// Timers: of equal delays the oldest is due first, so a list for each delay is in order. What was cancelled has nothing to call.

const byDelay = new Map();
let armed;
let armedFor = Infinity;

function later(delay, call) {
  const handle = { due: performance.now() + delay, call };
  let list = byDelay.get(delay);
  if (list === undefined) {
    list = { handles: [], first: 0 };
    byDelay.set(delay, list);
  }
  list.handles.push(handle);
  arm(handle.due);
  return handle;
}

function forget(delay, handle) {
  handle.call = null;
  const { handles } = byDelay.get(delay);
  if (handles.at(-1) === handle) handles.pop();
}

function arm(due) {
  if (due >= armedFor) return;
  clearTimeout(armed);
  armedFor = due;
  armed = setTimeout(fire, due - performance.now());
}

function fire() {
  armedFor = Infinity;
  const now = performance.now();
  let next = Infinity;
  for (const list of byDelay.values()) {
    const { handles } = list;
    for (; list.first < handles.length; list.first++) {
      const { due, call } = handles[list.first];
      if (call !== null && due > now) break;
      handles[list.first] = null;
      if (call !== null) call();
    }
    if (list.first === handles.length) handles.length = list.first = 0;
    else next = Math.min(next, handles[list.first].due);
  }
  if (next !== Infinity) arm(next);
}

export const timers = (n) =>
  new Promise((resolve) => {
    let fired = 0;
    const handles = Array.from({ length: n }, (_, i) =>
      later(1 + (i % 50), () => {
        if (++fired === n / 10) resolve(fired);
      }),
    );
    for (let i = 0; i < n; i++) if (i % 10 > 0) forget(1 + (i % 50), handles[i]);
  });

const second = {
  wait(task) {
    later(1000, () => wake(task));
    return true;
  },
};

function* sleeper() {
  yield second;
  return 1;
}

export async function sleepers(n) {
  const results = await run(all(Array.from({ length: n }, sleeper)));
  return results.reduce((sum, result) => sum + result, 0);
}

/** Ends the operation's task where it is late. */
function* withTimeout(ms, operation) {
  const task = new Task(operation());
  const handle = later(ms, () => cancelTask(task));
  const value = yield task;
  forget(ms, handle);
  return value;
}

export const timeout = repeat(() => withTimeout(10_000, one));

function cancelTask(task) {
  task.top.return();
  for (let caller = task.caller.pop(); caller !== undefined; caller = task.caller.pop()) caller.return();
  end(task);
}

const never = { wait: () => true };

function* blocked(meter) {
  meter.started++;
  try {
    yield never;
  } finally {
    meter.cleaned++;
  }
}

export const cancel = (n) => run(cancelAll(n));

function* cancelAll(n) {
  const meter = { started: 0, cleaned: 0 };
  const tasks = Array.from({ length: n }, () => new Task(blocked(meter)));
  yield PAUSE;
  for (const task of tasks) cancelTask(task);
  for (const task of tasks) yield task;
  return meter.started + meter.cleaned;
}

const PLACES = 128;

class Queue {
  items = new Array(PLACES).fill(undefined);
  first = 0;
  size = 0;
  item = undefined;
  getters = [];
  putters = [];

  constructor(most) {
    this.most = most;
    this.getting = {
      wait: (task) => {
        if (this.size === 0) {
          this.getters.push(task);
          return true;
        }
        task.sent = this.items[this.first];
        this.first = (this.first + 1) % PLACES;
        this.size--;
        if (this.putters.length > 0) {
          const putter = this.putters.shift();
          this.add(putter.item);
          wake(putter.task);
        }
        return false;
      },
    };
    this.putting = {
      wait: (task) => {
        if (this.getters.length > 0) wake(this.getters.shift(), this.item);
        else if (this.size < this.most) this.add(this.item);
        else {
          this.putters.push({ task, item: this.item });
          return true;
        }
        return false;
      },
    };
  }

  add(item) {
    this.items[(this.first + this.size++) % PLACES] = item;
  }

  get() {
    return this.getting;
  }

  put(item) {
    this.item = item;
    return this.putting;
  }
}

export const queue1x1 = (n) => run(throughQueue(1, n));
export const queue4x4 = (n) => run(throughQueue(4, n));

function* throughQueue(pairs, n) {
  const queue = new Queue(100);
  for (let id = 0; id < pairs; id++) new Task(produce(queue, id, n, pairs));
  const sums = yield* all(Array.from({ length: pairs }, () => consume(queue, n / pairs)));
  return sums.reduce((sum, part) => sum + part, 0);
}

function* produce(queue, from, to, step) {
  for (let i = from; i < to; i += step) yield queue.put(i);
}

function* consume(queue, count) {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += yield queue.get();
  return sum;
}
