/** Types of the functions for several awaitables, claimed. Never run: only compilers read it, see ../types.test.ts. */
import {
  type Awaitable,
  any,
  asCompleted,
  type Coroutine,
  coroutine,
  createTask,
  ensureFuture,
  type Future,
  gather,
  isCoroutine,
  race,
  retry,
  shield,
  sleep,
  type Task,
  type TaskGroup,
  wait,
  waitFor,
  withTaskGroup,
} from "tsyncio";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(...claims: T[]): number => claims.length;

declare const user: Coroutine<{ name: string }>;
declare const count: Task<number>;
declare const flag: Future<boolean>;
declare const text: Promise<string>;
declare const many: Coroutine<number>[];
declare const mixed: (Coroutine<number> | Task<string>)[];

export function* severalAwaitables(): Generator<unknown, void, any> {
  const tuple = yield* gather(user, count, flag, text);
  holds<Equal<typeof tuple, [{ name: string }, number, boolean, string]>>(true);
  const [first, ...rest] = yield* gather(user, count, flag);
  holds<Equal<[typeof first, typeof rest], [{ name: string }, [number, boolean]]>>(true);
  const listed = yield* gather([user, count, text]);
  holds<Equal<typeof listed, [{ name: string }, number, string]>>(true);
  const limited = yield* gather(many, { concurrency: 8 });
  holds<Equal<typeof limited, number[]>>(true);
  const spread = yield* gather(...many);
  holds<Equal<typeof spread, number[]>>(true);
  const union = yield* gather(mixed);
  holds<Equal<typeof union, (number | string)[]>>(true);
  const ofSet = yield* gather(new Set(many));
  holds<Equal<typeof ofSet, number[]>>(true);
  const fixed = yield* gather([user, count] as const);
  holds<Equal<typeof fixed, [{ name: string }, number]>>(true);
  const settled = yield* gather([user, count], { returnExceptions: true });
  holds<Equal<typeof settled, [{ name: string } | Error, number | Error]>>(true);
  const nothing = yield* gather();
  holds<Equal<typeof nothing, []>>(true);
  const nested = yield* gather(gather(user, count), gather(text));
  holds<Equal<typeof nested, [[{ name: string }, number], [string]]>>(true);
}

export function* contests(): Generator<unknown, void, any> {
  const raced = yield* race([user, count, text]);
  holds<Equal<typeof raced, { name: string } | number | string>>(true);
  const succeeded = yield* any([count, flag]);
  holds<Equal<typeof succeeded, number | boolean>>(true);
  const alike = yield* race(many);
  holds<Equal<typeof alike, number>>(true);
  const ofSet = yield* any(new Set(mixed));
  holds<Equal<typeof ofSet, number | string>>(true);
  const ofMap = yield* race(new Map([["a", text]]).values());
  holds<Equal<typeof ofMap, string>>(true);
}

export function* waits(): Generator<unknown, void, any> {
  const { done, pending } = yield* wait([count, createTask(sleep(1, 2))], { timeout: "1s" });
  holds<Equal<[typeof done, typeof pending], [Set<Task<number>>, Set<Task<number>>]>>(true);
  const either = yield* wait([count, flag], { returnWhen: "FIRST_COMPLETED" });
  holds<Equal<typeof either.done, Set<Task<number> | Future<boolean>>>>(true);
  const ofMap = yield* wait(new Map([["a", count]]).values(), { returnWhen: "FIRST_EXCEPTION" });
  holds<Equal<typeof ofMap.pending, Set<Task<number>>>>(true);
  // @ts-expect-error: a coroutine is no task
  wait([user]);
  // @ts-expect-error: nor is a promise
  wait([text]);
  // @ts-expect-error: a single task is no list
  wait(count);
  // @ts-expect-error: three words, and no others
  wait([count], { returnWhen: "ALL" });
}

export async function* completions(): AsyncGenerator<unknown, void, undefined> {
  for (const next of asCompleted([user, count, text], { timeout: 1 })) {
    holds<Equal<typeof next, Coroutine<{ name: string } | number | string>>>(true);
    const value = await next;
    holds<Equal<typeof value, { name: string } | number | string>>(true);
  }
  for await (const task of asCompleted([count, flag])) holds<Equal<typeof task, Task<number> | Future<boolean>>>(true);
  for await (const task of asCompleted(many)) holds<Equal<typeof task, Task<number>>>(true);
  yield;
}

export function* completionsByHand(): Generator<unknown, void, any> {
  for (const next of asCompleted(many)) {
    const value = yield* next;
    holds<Equal<typeof value, number>>(true);
  }
  const step = yield* asCompleted([count])[Symbol.asyncIterator]().next();
  holds<Equal<typeof step, IteratorResult<Task<number>, undefined>>>(true);
  if (!step.done) holds<Equal<typeof step.value, Task<number>>>(true);
}

export function* groups(): Generator<unknown, void, any> {
  const value = yield* withTaskGroup((group) => {
    holds<Equal<typeof group, TaskGroup>>(true);
    const child = group.createTask(user, { name: "child" });
    holds<Equal<typeof child, Task<{ name: string }>>>(true);
    const native = group.createTask(text);
    holds<Equal<typeof native, Task<string>>>(true);
    return count;
  });
  holds<Equal<typeof value, number>>(true);
  const plain = yield* withTaskGroup(() => "value");
  holds<Equal<typeof plain, string>>(true);
  const lowered = yield* withTaskGroup(async (group) => {
    const port = await group.start(async (started: (port: number) => void) => {
      started(80);
    });
    holds<Equal<typeof port, number>>(true);
    return [port];
  });
  holds<Equal<typeof lowered, number[]>>(true);
  yield* withTaskGroup(
    coroutine(function* (group: TaskGroup) {
      const port = yield* group.start<string>(
        coroutine(function* (started: (value: string) => void) {
          started("80");
        }),
      );
      holds<Equal<typeof port, string>>(true);
      const signal = yield* group.start((started) => {
        started();
        return sleep(1);
      });
      holds<Equal<typeof signal, unknown>>(true);
      // @ts-expect-error: the value has its type
      group.start<string>(async (started) => started(80));
    }),
  );
  // @ts-expect-error: a plain value is no child
  yield* withTaskGroup((group) => group.createTask(5));
}

export function* retries(): Generator<unknown, void, any> {
  const value = yield* retry((attempt) => {
    holds<Equal<typeof attempt, number>>(true);
    return user;
  });
  holds<Equal<typeof value, { name: string }>>(true);
  const lowered = yield* retry(async (attempt) => attempt, {
    times: 3,
    delay: "1s",
    maxDelay: 5000,
    jitter: true,
    when: (error, attempt) => error instanceof Error && attempt < 2,
  });
  holds<Equal<typeof lowered, number>>(true);
  yield* retry(() => text, { when: async () => true, random: () => 0.5, jitter: 0.1, factor: undefined });
  // @ts-expect-error: a duration has a unit
  retry(() => text, { delay: "1" });
}

export function* shields(): Generator<unknown, void, any> {
  holds<Equal<ReturnType<typeof shield<number>>, Future<number>>>(true);
  const value = yield* shield(user);
  const future = yield* ensureFuture(text);
  const limited = yield* waitFor(count, "1s");
  holds<Equal<[typeof value, typeof future, typeof limited], [{ name: string }, string, number]>>(true);
}

/** Coroutine functions in the form without a build step: parameters, `this`, generics and overloads of the generator function are kept. */
class Account {
  balance = 0;
  deposit = coroutine(function* (this: Account, amount: number, note?: string) {
    yield* sleep(amount);
    return note ?? this.balance;
  });
}

const pair = coroutine(function* <A, B>(a: A, b: Awaitable<B>) {
  return [a, yield* ensureFuture(b)] as [A, B];
});

const sum = coroutine(function* (...numbers: number[]) {
  const all: number[] = yield* gather(numbers.map((n) => sleep(1, n)));
  return all.reduce((a, b) => a + b, 0);
});

export function* functions(value: unknown): Generator<unknown, void, any> {
  const account = new Account();
  const deposited = yield* account.deposit(5);
  holds<Equal<typeof deposited, string | number>>(true);
  holds<Equal<Parameters<typeof account.deposit>, [amount: number, note?: string | undefined]>>(true);
  const both = yield* pair("a", count);
  holds<Equal<typeof both, [string, number]>>(true);
  const total = yield* sum(1, 2, 3);
  holds<Equal<typeof total, number>>(true);
  if (isCoroutine(value)) holds<Equal<typeof value, Coroutine<unknown>>>(true);
  // @ts-expect-error: `this` is checked
  account.deposit.call({}, 5);
  // @ts-expect-error: so are rest parameters
  sum(1, "2");
}

/** The same functions with the keywords: an async function's type is that of a promise, before and after the lowering. */
export async function keywords(load: (id: string) => Promise<number>): Promise<void> {
  const [a, b] = await gather(load("1"), count);
  const raced = await race([load("1"), text]);
  const task = createTask(load("1"));
  const { done } = await wait([task]);
  holds<Equal<[typeof a, typeof b, typeof raced], [number, number, number | string]>>(true);
  holds<Equal<[typeof task, typeof done], [Task<number>, Set<Task<number>>]>>(true);
}
