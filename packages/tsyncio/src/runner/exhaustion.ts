/**
 * Notices that a run can never go on.
 *
 * On the platform's clock the host tells: Node emits `beforeExit` when it has no timer, no socket and nothing else left to wait for, and
 * would leave silently, with status 13. A browser has no such moment. On a virtual clock the scheduler knows.
 */
import type { Scheduler } from "../kernel/scheduler.js";
import type { Run } from "./runState.js";

interface ProcessLike {
  on?(event: "beforeExit", listener: () => void): unknown;
  off?(event: "beforeExit", listener: () => void): unknown;
}

const watched = new Set<Run<unknown>>();

function stuck(scheduler?: Scheduler): void {
  for (const run of [...watched]) {
    if (scheduler === undefined ? run.root.scheduler.host.jump === undefined : run.root.scheduler === scheduler) run.stuck();
  }
}

const beforeExit = (): void => stuck();

/** @returns a function that ends the watch */
export function watchExhaustion(run: Run<unknown>): () => void {
  const { process } = globalThis as unknown as { process?: ProcessLike };
  const { scheduler } = run.root;
  scheduler.onStuck = () => stuck(scheduler);
  if (watched.size === 0) process?.on?.("beforeExit", beforeExit);
  watched.add(run);
  return () => {
    watched.delete(run);
    if (watched.size === 0) process?.off?.("beforeExit", beforeExit);
  };
}
