// What generators cost by themselves: a scheduler of the fewest lines that do the work, to see how far a library could get on this machine.
// No cancellation, no scopes, no context variables, no notice of what was forgotten or has failed, no fairness to the host, and nothing
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
