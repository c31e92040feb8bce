/** In place of `process.ts` where there is no process: in browsers and workers. */
import type { Run } from "./runState.js";

export function followAsyncLocalStorage(): void {}

export function debugAsked(): boolean {
  return false;
}

export function watchProcess(_run: Run<unknown>, _signals: boolean): () => void {
  return () => {};
}
