/**
 * Notices that a run can never go on.
 *
 * On the platform's clock the host tells: Node emits `beforeExit` when it has no timer, no socket and nothing else left to wait for, and
 * would leave silently, with status 13. A browser has no such moment. On a virtual clock the scheduler knows.
 */
import type { Run } from "./runState.js";

interface ProcessLike {
  on?(event: "beforeExit", listener: () => void): unknown;
  off?(event: "beforeExit", listener: () => void): unknown;
}

const watched = new Set<Run<unknown>>();

function beforeExit(): void {
  for (const run of [...watched]) run.stuck();
}

/** @returns a function that ends the watch */
export function watchExhaustion(run: Run<unknown>): () => void {
  const { scheduler } = run.root;
  if (scheduler.host.jump !== undefined) {
    const before = scheduler.onStuck;
    scheduler.onStuck = () => {
      before?.();
      run.stuck();
    };
    return () => {
      scheduler.onStuck = before;
    };
  }
  const { process } = globalThis as unknown as { process?: ProcessLike };
  if (watched.size === 0) process?.on?.("beforeExit", beforeExit);
  watched.add(run);
  return () => {
    watched.delete(run);
    if (watched.size === 0) process?.off?.("beforeExit", beforeExit);
  };
}
