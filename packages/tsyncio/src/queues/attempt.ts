/**
 * Doing something as soon as it can be done: what putting, getting, sending and receiving have in common.
 *
 * The attempt is made when the coroutine begins. Where it has to wait, the task stands in a line, and once woken the attempt is made
 * again, as its step begins: a `while` loop around a wait, without a frame for that loop. So nothing is handed to a task before it
 * resumes, and one that is cancelled in between has nothing to give back but its turn.
 */

import type { Waitable } from "../kernel/awaitable.js";
import type { CodeSite } from "../kernel/codeSite.js";
import { Coroutine } from "../kernel/coroutine.js";
import { hooks } from "../kernel/hooks.js";
import { withoutStack } from "../kernel/stackLine.js";
import type { Task } from "../kernel/task.js";
import { RAISE, RESUME, SUSPEND, type Verdict } from "../kernel/verdict.js";
import type { WaitQueue } from "../sync/waitQueue.js";

/** What stands against an attempt: the error to throw; null where it is only a matter of time; undefined: nothing does. */
export type Refusal = (new () => Error) | null | undefined;

/** Taking out, putting in, and waiting for the end: also the index of the line where those stand who wait for it. */
export const TAKE = 0;
export const PUT = 1;
export const JOIN = 2;

/** What is attempted. */
export interface Ask {
  readonly kind: number;
  /** What is to be put in. */
  item: unknown;
}

/** Where it is attempted. */
export interface Place {
  /** The tasks that wait, by kind. */
  readonly lines: readonly WaitQueue[];
  refusal(ask: Ask): Refusal;
  /** Called only where nothing stands against it. */
  perform(ask: Ask): unknown;
  /** One that was woken will not try again. */
  passOn?(ask: Ask): void;
}

export class Attempt<T> extends Coroutine<T> implements Waitable, Ask {
  readonly place: Place;
  readonly kind: number;
  item: unknown;
  /** Of the step of an iteration: the refusal that means its end. */
  readonly ending: Refusal;

  constructor(site: CodeSite, place: Place, kind: number, item?: unknown, ending?: Refusal) {
    super(site);
    this.place = place;
    this.kind = kind;
    this.item = item;
    this.ending = ending;
  }

  begin(task: Task<unknown>): Verdict {
    const { place, ending } = this;
    task.sent = undefined;
    try {
      const refusal = place.refusal(this);
      if (refusal === undefined) {
        const value = place.perform(this);
        task.sent = ending ? { value, done: false } : value;
        return RESUME;
      }
      if (refusal === null) {
        (place.lines[this.kind] as WaitQueue).add(task);
        task.waitingOn = this;
        return SUSPEND;
      }
      if (refusal !== ending) throw withoutStack(() => new refusal());
      task.sent = { value: undefined, done: true };
      return RESUME;
    } catch (error) {
      hooks.chain?.pass(error, task, task.top);
      task.sent = error;
      return RAISE;
    }
  }

  claim(task: Task<unknown>): Verdict {
    return this.begin(task);
  }

  abandon(task: Task<unknown>): void {
    const { place } = this;
    if (!(place.lines[this.kind] as WaitQueue).remove(task)) place.passOn?.(this);
  }

  override describe(): string {
    return `${this.name}() of ${this.place}`;
  }
}

/** The same at once, or not at all: `blocked` is what it throws where it would have to wait. */
export function attemptNow(place: Place, kind: number, blocked: new () => Error, item?: unknown): unknown {
  const ask = { kind, item };
  const refusal = place.refusal(ask);
  if (refusal !== undefined) throw new (refusal ?? blocked)();
  return place.perform(ask);
}
