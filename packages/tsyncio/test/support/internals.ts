/** Parts of the kernel that have no public name, and tests of their own. */
import { built } from "./child.js";

async function load<M>(module: string): Promise<M> {
  return (await import(built(module))) as M;
}

type TimerQueueModule = typeof import("../../src/kernel/timerQueue.js");
type RingModule = typeof import("../../src/kernel/ring.js");
type ReadyQueueModule = typeof import("../../src/kernel/readyQueue.js");
type DurationModule = typeof import("../../src/kernel/duration.js");
type SchedulerModule = typeof import("../../src/kernel/scheduler.js");

export const timerQueue: TimerQueueModule = await load("kernel/timerQueue.js");
export const ring: RingModule = await load("kernel/ring.js");
export const readyQueue: ReadyQueueModule = await load("kernel/readyQueue.js");
export const duration: DurationModule = await load("kernel/duration.js");
export const scheduler: SchedulerModule = await load("kernel/scheduler.js");
