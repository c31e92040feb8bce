/** Types of the library, claimed. Never run: only compilers read it, see ../types.test.ts. */
import {
  type Awaitable,
  type CancelScope,
  ContextVar,
  type Coroutine,
  coroutine,
  createTask,
  type Duration,
  type Future,
  gather,
  moveOnAfter,
  run,
  sleep,
  type Task,
  type TaskGroup,
  until,
  waitFor,
  withCancelScope,
  withTaskGroup,
  withTimeout,
} from "tsyncio";
import {
  debounce,
  drop,
  enqueue,
  keepLatest,
  mapConcurrent,
  once,
  rateLimiter,
  restart,
  throttle,
} from "tsyncio/patterns";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(...claims: T[]): number => claims.length;

const add = coroutine(function* (a: number, b: string) {
  yield* sleep(1);
  return a + b;
});

const identity = coroutine(function* <T>(value: T) {
  return value;
});

class Counter {
  count = 1;
  next = coroutine(function* (this: Counter, by: number) {
    return this.count + by;
  });
}

export function* patternClaims(this: Counter, streamed: AsyncIterable<string>): Generator<unknown, void, any> {
  const { value: sum } = yield* mapConcurrent([1, 2], (n, index) => add(n, String(index)), { concurrency: 2 }).next();
  const { value: length } = yield* mapConcurrent(streamed, (text) => text.length, { concurrency: 2 }).next();
  const { value: promised } = yield* mapConcurrent([Promise.resolve(1)], (n) => [n], { concurrency: 2 }).next();
  const wrappers = [
    drop(add),
    restart(add),
    enqueue(add),
    keepLatest(add),
    once(add),
    debounce(1, add),
    throttle(1, add),
  ];
  const native = once(async (a: string) => a);
  const limited = yield* rateLimiter({ limit: 1, per: "1s" }).with(() => add(1, ""));
  holds<Equal<typeof sum, string | undefined>>(true);
  holds<Equal<typeof length, number | undefined>>(true);
  holds<Equal<typeof promised, number[] | undefined>>(true);
  holds<Equal<typeof limited, string>>(true);
  holds<Equal<ReturnType<(typeof wrappers)[number]>, Coroutine<string>>>(true);
  holds<Equal<Parameters<(typeof wrappers)[number]>, [a: number, b: string]>>(true);
  holds<Equal<ReturnType<typeof native>, Coroutine<string>>>(true);
  enqueue(this.next).call(this, 1);
  // @ts-expect-error: the concurrency is not given
  mapConcurrent([1], (n) => n, {});
  // @ts-expect-error: it is called without what its `this` has to be
  enqueue(this.next).call({}, 1);
}

export function* claims(): Generator<unknown, void, any> {
  const sum = yield* add(1, "2");
  const [one, two, three] = yield* gather(add(1, ""), sleep(1, true), Promise.resolve(null));
  const listed = yield* gather([sleep(1, 1), sleep(1, "x")]);
  const many = yield* gather([1, 2].map((n) => sleep(n, n)));
  const settled = yield* gather([sleep(1, 1)], { returnExceptions: true });
  const task = createTask(add(1, "2"));
  const awaited = yield* task;
  const timed = yield* withTimeout(1, (scope) => {
    holds<Equal<typeof scope, CancelScope>>(true);
    return add(1, "");
  });
  const moved = yield* moveOnAfter(1, () => add(1, ""));
  const scoped = yield* withCancelScope(() => 1);
  const grouped = yield* withTaskGroup((group) => {
    holds<Equal<typeof group, TaskGroup>>(true);
    return sleep(1, 5);
  });
  const waited = yield* waitFor(Promise.resolve(new Date()), "1s");
  const native = yield* until((signal) => fetchLike(signal));
  const same = yield* identity("text");
  const token = new ContextVar<number>("x").set(1);
  const result = run(add(1, "2"));
  const body = run(() => add(1, "2"));
  holds<Equal<typeof sum, string>>(true);
  holds<Equal<[typeof one, typeof two, typeof three], [string, boolean, null]>>(true);
  holds<Equal<typeof listed, [number, string]>>(true);
  holds<Equal<typeof many, number[]>>(true);
  holds<Equal<typeof settled, [number | Error]>>(true);
  holds<Equal<typeof task, Task<string>>>(true);
  holds<Equal<typeof awaited, string>>(true);
  holds<Equal<typeof timed, string>>(true);
  holds<Equal<typeof moved, string | undefined>>(true);
  holds<Equal<typeof scoped, number | undefined>>(true);
  holds<Equal<typeof grouped, number>>(true);
  holds<Equal<typeof waited, Date>>(true);
  holds<Equal<typeof native, number>>(true);
  holds<Equal<typeof same, string>>(true);
  holds<Equal<typeof token.oldValue, number | undefined>>(true);
  holds<Equal<typeof result, Promise<string>>>(true);
  holds<Equal<typeof body, Promise<string>>>(true);
  const made: Coroutine<number> = new Counter().next(1);
  const future: Future<[string]> = gather(add(1, ""));
  const awaitables: Awaitable<string>[] = [add(1, ""), createTask(add(1, "")), Promise.resolve("")];
  const durations: Duration[] = [1, "1ms", "1.5s", "2m", "1h"];
  void [made, future, awaitables, durations];
  // @ts-expect-error: the parameters are checked
  add("1", 2);
  // @ts-expect-error: a text without a unit is no duration
  sleep("1");
  // @ts-expect-error: `this` is checked
  new Counter().next.call({}, 1);
  // @ts-expect-error: a function that is no generator function
  coroutine(() => 1);
  // @ts-expect-error: a plain value cannot be awaited
  createTask(5);
}

async function fetchLike(_signal: AbortSignal): Promise<number> {
  return 1;
}
