/** The ready queue: what runs next. The entries are the tasks and handles themselves. */
import { Ring } from "./ring.js";

/** Something the loop can run. `run` must not throw: a task and a handle deal with the errors of the code they call. */
export interface Runnable {
  run(): void;
}

export class ReadyQueue extends Ring<Runnable> {
  /** An iteration begins: how many entries it runs. Another queue may put them in order here. */
  iteration(): number {
    return this.size;
  }

  /** The next to run. Replaced where somebody wants to be around it; see `slowSteps.ts` of the runner. */
  take(): Runnable {
    return this.shift();
  }
}
