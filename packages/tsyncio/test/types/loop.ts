/** Types of the event loop and of the runner, claimed. Never run: only compilers read it, see ../types.test.ts. */
import {
  type Context,
  coroutine,
  type EventLoop,
  type Executor,
  eagerTaskFactory,
  type Future,
  Runner,
  sleep,
  Task,
} from "tsyncio";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(...claims: T[]): number => claims.length;

const add = coroutine(function* (a: number, b: string) {
  yield* sleep(1);
  return a + b;
});

export async function loopClaims(loop: EventLoop, executor: Executor, context: Context): Promise<void> {
  const note = (_count: number, _name: string): void => {};
  loop.callSoon(note, 1, "a");
  loop.callSoon(note, 1, "a", { context });
  loop.callLater("1s", note, 1, "a");
  loop.callAt(5, () => {}, { context });
  loop.callSoon((..._any: unknown[]) => {}, "any", 1);
  loop.addSignalHandler("SIGINT", note, 1, "a");
  const sum = loop.runInExecutor(executor, (a: number, b: number) => a + b, 1, 2);
  const text = loop.runInExecutor(null, async () => "text");
  const runner = new Runner({ debug: true });
  const ran = runner.run(add(1, "2"), { context });
  const body = runner.run(() => add(1, "2"));
  holds<Equal<typeof sum, Future<number>>>(true);
  holds<Equal<typeof text, Future<string>>>(true);
  holds<Equal<typeof ran, Promise<string>>>(true);
  holds<Equal<typeof body, Promise<string>>>(true);
  loop.setTaskFactory((_loop, made, options) => new Task(made, options));
  loop.setTaskFactory(eagerTaskFactory);
  // @ts-expect-error: the arguments are checked
  loop.callSoon(note, "a", 1);
  // @ts-expect-error: one is missing
  loop.callLater(1, note, 1);
  // @ts-expect-error: the arguments of the function are checked
  loop.runInExecutor(null, (a: number) => a, "1");
  // @ts-expect-error: no name of a signal
  loop.addSignalHandler("INT", () => {});
}
