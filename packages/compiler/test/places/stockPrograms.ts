/** What tsyncio adds to the language, as programs that show it: it must be there however the program is lowered. */
const PRELUDE = `
import { createTask, currentTask, gather, getRunningLoop, moveOnAfter, run, sleep } from "tsyncio";
import { runWithVirtualTime } from "tsyncio/testing";
const events: unknown[] = [];
const note = (event: unknown): void => { events.push(event); };
void [createTask, currentTask, gather, getRunningLoop, moveOnAfter, run, sleep, note];
const source = (name: string) => ({
  [Symbol.asyncIterator]: () => ({
    next: () => new Promise<IteratorResult<number>>(() => {}),
    return: async () => { note(name + " closed"); return { value: undefined, done: true as const }; },
  }),
});
void source;
`;

const main = (body: string): string =>
  `${PRELUDE}\nasync function main(): Promise<void> {\n${body}\n}\nexport default runWithVirtualTime(main()).then(() => events);\n`;

/** By what they show: the program, and what it gives. */
export const STOCK_PROGRAMS: Readonly<Record<string, { source: string; gives: unknown }>> = {
  "a call runs nothing, and an await runs it in the task that awaits": {
    source: main(`
      const task = currentTask();
      const f = async (a = note("parameters")) => { note(currentTask() === task); return a; };
      const made = f(); note("made"); await made;`),
    gives: ["made", "parameters", true],
  },
  "an await of something that is ready does not wait, sleep(0) waits once": {
    source: main(`
      const other = async () => { note("other"); };
      const task = createTask(other());
      await 1; await (async () => 2)(); note("ready"); await sleep(0); note("slept"); await task;`),
    gives: ["ready", "other", "slept"],
  },
  "a cancelled task runs each finally, innermost first and awaited, and no catch": {
    source: main(`
      const inner = async () => { try { await sleep(1000); } catch { note("caught"); } finally { await sleep(5); note("inner"); } note("went on"); };
      const outer = async () => { try { await inner(); note("went on"); } catch { note("caught"); } finally { await sleep(5); note("outer"); } };
      const task = createTask(outer()); await sleep(1); task.cancel(); await sleep(20); note(task.cancelled());`),
    gives: ["inner", "outer", true],
  },
  "an error is thrown at the await, and can be caught there": {
    source: main(`
      const fails = async () => { await sleep(1); throw new Error("no"); };
      try { await fails(); } catch (error) { note((error as Error).message); }
      try { await Promise.reject(new Error("native")); } catch (error) { note((error as Error).message); }`),
    gives: ["no", "native"],
  },
  "a coroutine that is returned is awaited after its function has ended": {
    source: main(`
      const fails = async () => { throw new Error("no"); };
      const f = async () => { try { return fails(); } catch { note("caught too early"); } };
      try { await f(); } catch (error) { note((error as Error).message); }
      const g = async () => (async () => 3)(); note(await g());`),
    gives: ["no", 3],
  },
  "a generator has the task of the one that asks, and its clean-up is awaited": {
    source: main(`
      const task = currentTask();
      async function* numbers() { try { note(currentTask() === task); yield 1; await sleep(1); yield 2; } finally { await sleep(1); note("closed"); } }
      for await (const number of numbers()) { note(number); if (number === 2) break; }
      note("after");`),
    gives: [true, 1, 2, "closed", "after"],
  },
  "cancelling the wait for the next value closes a generator, and an iterator of another kind": {
    source: main(`
      async function* ours() { try { yield 1; await sleep(1000); } finally { await sleep(1); note("ours closed"); } }
      await moveOnAfter(5, async () => { for await (const value of ours()) note(value); });
      const task = createTask((async () => { for await (const value of source("foreign")) note(value); })());
      await sleep(0); task.cancel(); await sleep(0); await sleep(0); note(task.cancelled());`),
    gives: [1, "ours closed", "foreign closed", true],
  },
  "cancelling inside of yield* unwinds the inner generator, then the outer one, and nothing goes on": {
    source: main(`
      async function* inner() { try { yield 1; await sleep(1000); } finally { await sleep(1); note("inner"); } note("went on"); }
      async function* outer() { try { yield* inner(); note("went on"); } finally { await sleep(1); note("outer"); } note("went on"); }
      await moveOnAfter(5, async () => { for await (const value of outer()) note(value); note("went on"); });`),
    gives: [1, "inner", "outer"],
  },
  "leaving a loop inside of yield* closes the inner generator, then the outer one": {
    source: main(`
      async function* inner() { try { yield 1; yield 2; } finally { await sleep(1); note("inner"); } }
      async function* outer() { try { yield* inner(); note("went on"); } finally { await sleep(1); note("outer"); } }
      for await (const value of outer()) { note(value); break; }
      note("after");`),
    gives: [1, "inner", "outer", "after"],
  },
  "yield* gives what the inner generator returns, and hands it what is sent and thrown": {
    source: main(`
      async function* inner(): AsyncGenerator<number, string, string> { try { note(await (yield 1)); yield 2; } catch (error) { note(error); } return "end"; }
      async function* outer(): AsyncGenerator<number, void, string> { note(yield* inner()); }
      const made = outer(); await made.next(); await made.next("sent"); await made.throw("thrown");`),
    gives: ["sent", "thrown", "end"],
  },
  "await using is disposed of in the task, also where that is cancelled": {
    source: main(`
      const open = (name: string) => ({ async [Symbol.asyncDispose]() { await sleep(1); note(name); } });
      await moveOnAfter(5, async () => { await using a = open("a"); await using b = open("b"); void [a, b]; await sleep(1000); });
      { using c = { [Symbol.dispose]: () => note("c") }; void c; }`),
    gives: ["b", "a", "c"],
  },
  "a coroutine that nobody awaits is reported": {
    source: main(`
      getRunningLoop().setExceptionHandler((_loop, { message }) => note(message.split("\\n")[0]));
      async function forgotten() { note("ran"); }
      forgotten(); await sleep(1);`),
    gives: ["coroutine '(async function)' was never awaited"],
  },
  "native code can await it": {
    source: `${PRELUDE}\nconst f = async (a: number): Promise<number> => { await sleep(1); return a + 1; };\nexport default Promise.resolve(f(1));\n`,
    gives: 2,
  },
};
