/** An `AbortSignal` as cancellation. */
import { CancelScope } from "../kernel/cancelScope.js";
import { librarySite } from "../kernel/codeSite.js";
import type { CoreTask } from "../kernel/coreTask.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { NEVER } from "../kernel/duration.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { type Body, ScopeFrame } from "../kernel/scopeFrame.js";
import { unfit } from "../kernel/unfit.js";

const site = librarySite("scopedToSignal");

class SignalScope extends CancelScope {
  readonly signal: AbortSignal;
  readonly #onAbort: () => void = () => this.cancel(this.signal.reason);

  constructor(signal: AbortSignal) {
    super();
    this.signal = signal;
  }

  override enter(task: CoreTask, timeout: number): void {
    super.enter(task, timeout);
    const { signal } = this;
    if (signal.aborted) this.#onAbort();
    else signal.addEventListener("abort", this.#onAbort);
  }

  override exit(): void {
    this.signal.removeEventListener("abort", this.#onAbort);
    super.exit();
  }
}

class SignalFrame<T> extends ScopeFrame<T> {
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal, body: Body<T>) {
    super(site, body, NEVER, () => {
      if (signal.aborted) throw signal.reason;
    });
    this.#signal = signal;
  }

  override makeScope(): CancelScope {
    return new SignalScope(this.#signal);
  }
}

/**
 * Runs a body in a scope that is cancelled when the signal aborts. The listener is removed when the body has ended.
 *
 * @returns the value of the body
 * @throws the signal's reason where it aborted
 * @example
 * ```ts
 * app.get("/", (request) => run(() => scopedToSignal(request.signal, () => handle(request))));
 * ```
 */
export function scopedToSignal<T>(signal: AbortSignal, body: Body<T>): Coroutine<T> {
  if (typeof signal?.addEventListener !== "function") throw unfit("scopedToSignal takes an AbortSignal", signal);
  return noteCreated(new SignalFrame<T>(signal, body), scopedToSignal);
}
