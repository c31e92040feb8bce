/** In place of `process.ts` where there is no process: in browsers and workers. */
import { InvalidStateError } from "../kernel/errors.js";

function unavailable(): never {
  throw new InvalidStateError("this needs a process: Node, Deno or Bun");
}

function nothing(): void {}

export {
  nothing as followAsyncLocalStorage,
  nothing as resetLoop,
  nothing as timeSteps,
  unavailable as handleSignal,
  unavailable as setDefault,
  unavailable as shutDown,
  unavailable as submit,
};

export function debugAsked(): boolean {
  return false;
}

export function watchProcess(): () => void {
  return nothing;
}
