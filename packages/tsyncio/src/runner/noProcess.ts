/** In place of `process.ts` where there is no process: in browsers and workers. */
import { InvalidStateError } from "../kernel/errors.js";

function unavailable(): never {
  throw new InvalidStateError("this needs a process: Node, Deno or Bun");
}

/** In place of that of `processLoop.ts`. */
export class ProcessLoop {
  runInExecutor(): void {
    unavailable();
  }

  setDefaultExecutor(): void {
    unavailable();
  }

  shutdownDefaultExecutor(): void {
    unavailable();
  }

  addSignalHandler(): void {
    unavailable();
  }

  removeSignalHandler(): void {
    unavailable();
  }
}

function nothing(): void {}

export { nothing as followAsyncLocalStorage, nothing as resetLoop, nothing as timeSteps };

export function debugAsked(): boolean {
  return false;
}

export function watchProcess(): () => void {
  return nothing;
}
