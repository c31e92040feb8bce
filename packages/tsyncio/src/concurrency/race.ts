/**
 * The first of several awaitables to end, or to succeed; the others are cancelled.
 *
 * A race is a task group: each awaitable is awaited by a child of its own, and the one that decides cancels the group. So the rules are
 * those of groups and of cancellation:
 *
 * - The losers have cleaned up before the race ends. Errors of their clean-ups go before a value: one is thrown as it is, several as an
 *   `ExceptionGroup`, with the error that decided the race as the first.
 * - A task that loses is cancelled, unless somebody else awaits it too; a bare future and a native promise are let go.
 * - Where the race is cancelled, all are, and have cleaned up before it is unwound.
 * - Two that end in one iteration: the one that ended first. An error of the other goes back to its task, and is reported if nobody takes it.
 */
import { type CodeSite, librarySite } from "../kernel/codeSite.js";
import { Coroutine } from "../kernel/coroutine.js";
import { CancelledError, ExceptionGroup } from "../kernel/errors.js";
import { oneOrGroup } from "../kernel/exceptionGroup.js";
import type { Resumable } from "../kernel/frame.js";
import { FrameCoroutine } from "../kernel/frameCoroutine.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import type { Awaitable } from "../kernel/toFuture.js";
import { distinct, listOf, type Source, sourcesOf } from "./sources.js";
import { TaskGroup } from "./taskGroup.js";

const raceSite = librarySite("race");
const anySite = librarySite("any");

class Contest extends FrameCoroutine<never> {
  readonly #sources: Source[];
  readonly #errorsDecide: boolean;
  readonly #failures: unknown[] = [];
  /** Set by the one that decides. */
  #outcome: (() => unknown) | undefined;

  constructor(site: CodeSite, awaitables: unknown, errorsDecide: boolean) {
    const sources = sourcesOf(distinct(listOf(awaitables, site.name)), site.name);
    if (sources.length === 0) throw new TypeError(`${site.name} takes at least one awaitable`);
    super(site, null as never);
    this.#sources = sources;
    this.#errorsDecide = errorsDecide;
    this.generator = this.#decide() as Resumable;
  }

  override dispose(): void {
    super.dispose();
    this.#closeUnused();
  }

  /** Those that never got their turn are not forgotten: no report. */
  #closeUnused(): void {
    for (const source of this.#sources) if (source instanceof Coroutine) source.discard();
  }

  *#decide(): Generator<unknown, unknown, unknown> {
    const { site } = this;
    const body = (group: TaskGroup): void =>
      this.#sources.forEach((source, place) => {
        group.createTask(new FrameCoroutine(site, this.#contend(group, source, place) as Resumable));
      });
    try {
      yield new FrameCoroutine(site, new TaskGroup().running(body, oneOrGroup) as Resumable);
    } finally {
      this.#closeUnused();
    }
    if (this.#outcome) return this.#outcome();
    // Without the places of those that were cancelled one by one, by somebody who cancels all tasks.
    const errors = this.#failures.flat(0);
    throw errors.length > 0 ? new ExceptionGroup("no awaitable succeeded", errors) : new CancelledError();
  }

  *#contend(group: TaskGroup, source: Source, place: number): Generator<unknown, void, unknown> {
    let outcome: () => unknown;
    try {
      const value = yield source;
      outcome = () => value;
    } catch (error) {
      outcome = () => {
        throw error;
      };
      if (!this.#outcome && !this.#errorsDecide) {
        this.#failures[place] = error;
        return;
      }
      // An error that decides fails the group; somebody else's cancellation would not.
      if (this.#outcome || !(error instanceof CancelledError)) {
        this.#outcome ??= outcome;
        throw error;
      }
    }
    // A loser behind a shield can come to its end after all.
    this.#outcome ??= outcome;
    group.cancel();
  }
}

/**
 * Runs awaitables at once and gives the value of the first that ends, or throws its error (source: trio's and Java's idea of a race; as
 * against `Promise.race` the others are cancelled, and have cleaned up when it returns).
 *
 * @throws what the first one throws; CancelledError where that was cancelled; the errors of the clean-ups of the others
 * @throws TypeError where there is none, or one that cannot be awaited, before anything is started
 * @example
 * ```ts
 * const line = await race([prompt(), sleep("30s", "no answer")]);
 * ```
 */
export function race<const A extends readonly Awaitable<unknown>[]>(awaitables: A): Coroutine<Awaited<A[number]>>;
export function race<A extends Awaitable<unknown>>(awaitables: Iterable<A>): Coroutine<Awaited<A>>;
export function race(awaitables: unknown): Coroutine<unknown> {
  return noteCreated(new Contest(raceSite, awaitables, true), race as () => unknown);
}

/**
 * Runs awaitables at once and gives the value of the first that succeeds; the others are cancelled, and have cleaned up when it returns
 * (source: `Promise.any`, Java's `anySuccessfulOrThrow`).
 *
 * @throws ExceptionGroup of all errors, in the order of the arguments, where none succeeds; the errors of the clean-ups of the others
 * @throws TypeError where there is none, or one that cannot be awaited, before anything is started
 * @example
 * ```ts
 * const page = await any(mirrors.map(download));
 * ```
 */
export function any<const A extends readonly Awaitable<unknown>[]>(awaitables: A): Coroutine<Awaited<A[number]>>;
export function any<A extends Awaitable<unknown>>(awaitables: Iterable<A>): Coroutine<Awaited<A>>;
export function any(awaitables: unknown): Coroutine<unknown> {
  return noteCreated(new Contest(anySite, awaitables, false), any as () => unknown);
}
