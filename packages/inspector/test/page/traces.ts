/** Traces of programs on a clock that only the programs move. */
import { coroutine, createTask, Lock, moveOnAfter, sleep } from "tsyncio";
import { addInstrument, removeInstrument, type Trace, TraceRecorder } from "tsyncio/debug";
import { runWithVirtualTime, VirtualClock } from "tsyncio/testing";

/** Records a program; `compute(ms)` is what takes time on the lane. */
export async function traceOf(
  body: (compute: (ms: number) => void) => Generator<unknown, unknown, any>,
): Promise<Trace> {
  const clock = new VirtualClock();
  let computed = 0;
  const recorder = new TraceRecorder({ title: "program.ts", now: () => clock.now() + computed });
  addInstrument(recorder);
  try {
    const main = coroutine(function* main() {
      yield* body((ms) => {
        computed += ms;
      });
    });
    await runWithVirtualTime(main, { clock });
  } finally {
    removeInstrument(recorder);
  }
  return recorder.trace();
}

/** Two workers and a lock; one of them blocks the lane, one fails, one is cancelled. */
export function smallTrace(): Promise<Trace> {
  return traceOf(function* (compute) {
    const lock = new Lock();
    const load = coroutine(function* load(ms: number) {
      yield* sleep(ms);
    });
    const work = coroutine(function* work(cost: number) {
      yield* load(100);
      yield* lock.acquire();
      compute(cost);
      yield* sleep(50);
      lock.release();
    });
    const broken = coroutine(function* broken() {
      yield* sleep(30);
      compute(5);
      throw new Error("it broke");
    });
    const first = createTask(work(80), { name: "worker one" });
    const second = createTask(work(10), { name: "worker two" });
    createTask(broken(), { name: "broken" }).addDoneCallback((task) => task.exception());
    const idler = createTask(load(10_000), { name: "idler" });
    compute(8);
    yield* first;
    yield* second;
    idler.cancel("enough");
    yield* moveOnAfter(20, () => load(1000));
  });
}

/** Some hundred thousand events. */
export function largeTrace(): Promise<Trace> {
  return traceOf(function* (compute) {
    const work = coroutine(function* work(number: number) {
      for (let turn = 0; turn < 90; turn++) {
        compute(0.05);
        yield* sleep(1 + ((number * 7 + turn) % 13));
      }
    });
    const tasks = Array.from({ length: 300 }, (_, number) => createTask(work(number), { name: `worker ${number}` }));
    for (const task of tasks) yield* task;
  });
}
