/** Whatever vitest awaits may be a coroutine. */
import { createTask, gather, sleep } from "tsyncio";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import * as pages from "../../program/download.ts";

vi.mock("../../program/download.ts", async (importOriginal) => {
  const original = await importOriginal<typeof pages>();
  return { ...original, download: async (page: string) => `mocked ${page}` };
});

const hoisted = await vi.hoisted(async () => ({ when: "before the imports" })); // stays native

const withDatabase = test.extend<{ database: { name: string }; table: string }>({
  database: async ({ task }, use) => {
    await sleep(0);
    await use({ name: task.name });
  },
  async table({ database }, use) {
    await use(`${database.name}.users`);
  },
});

const order: string[] = [];

describe("hooks", () => {
  beforeEach(async () => {
    await sleep(0);
    order.push("before");
    return async () => {
      await sleep(0);
      order.push("clean-up");
    };
  });

  afterEach(async () => {
    await sleep(0);
    order.push("after");
  });

  test("run around a test", async () => {
    await sleep(0);
    order.push("test");
  });
});

afterAll(async () => {
  await sleep(0);
  expect(order).toEqual(["before", "test", "after", "clean-up"]);
});

test("async functions are coroutine functions", async () => {
  const job = async (): Promise<number> => 1;
  const coroutine = job();
  expect(coroutine).not.toBeInstanceOf(Promise);
  expect(await gather(coroutine, job())).toEqual([1, 1]);
});

test.each([1, 2])("each: %i", async (n) => {
  expect(await sleep(0, n)).toBe(n);
});

withDatabase("fixtures", async ({ database, table }) => {
  expect([database.name, table]).toEqual(["fixtures", "fixtures.users"]);
});

test.concurrent("the context, and concurrent tests", async ({ expect, task }) => {
  await sleep(1);
  expect(task.name).toBe("the context, and concurrent tests");
});

test("rejects and resolves", async () => {
  const fail = async (): Promise<never> => {
    await sleep(0);
    throw new Error("as expected");
  };
  await expect(fail()).rejects.toThrow("as expected");
  await expect(fail).rejects.toThrow("as expected");
  await expect(sleep(0, 5)).resolves.toBe(5);
});

test("poll and waitFor", async () => {
  let polls = 0;
  await expect.poll(async () => await sleep(0, ++polls), { interval: 1 }).toBe(3);
  await vi.waitFor(
    async () => {
      await sleep(0);
      if (++polls < 6) throw new Error("not yet");
    },
    { interval: 1 },
  );
});

test("mocks", async () => {
  expect(await pages.download("a", 0)).toBe("mocked a");
  const double = vi.fn(async (n: number) => 2 * n);
  expect(await double(2)).toBe(4);
  expect(double.mock.calls).toEqual([[2]]);
  expect(hoisted.when).toBe("before the imports");
});

test("fake timers", async () => {
  vi.useFakeTimers();
  try {
    const task = createTask(sleep("1h"));
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(task.done()).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});
