/** A flag that tasks wait for. */
import type { Coroutine } from "../kernel/coroutine.js";
import { NEVER } from "../kernel/duration.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { entitle, Primitive } from "./primitive.js";
import { BLOCKED, Wait } from "./wait.js";

class EventWait extends Wait<true, Event> {
  override pass(): unknown {
    return this.place.isSet() || BLOCKED;
  }
}

/**
 * A flag that tasks wait for (source: `asyncio.Event`).
 *
 * @example
 * ```ts
 * const ready = new Event();
 * createTask(serve(ready));   // … ready.set();
 * await ready.wait();
 * ```
 */
export class Event extends Primitive {
  static {
    entitle(Event, "Event", "wait");
  }

  #set = false;

  isSet(): boolean {
    return this.#set;
  }

  /** Wakes all tasks that wait, also where `clear()` follows at once; who waits from now on goes on without a pause. */
  set(): void {
    this.#set = true;
    this.waiting.wake(NEVER);
  }

  /** From now on `wait()` waits for the next `set()`. */
  clear(): void {
    this.#set = false;
  }

  /** Waits until the flag is set. */
  wait(): Coroutine<true> {
    return noteCreated(new EventWait(this.site, this, this.waiting), this.wait);
  }

  statistics(): { set: boolean; tasksWaiting: number } {
    return { set: this.#set, tasksWaiting: this.waiting.size };
  }
}
