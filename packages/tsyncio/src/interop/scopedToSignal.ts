/** An `AbortSignal` as cancellation. */
import { CancelScope } from "../kernel/cancelScope.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { type Body, librarySite, ScopeFrame } from "../kernel/scopeFrame.js";

const site = librarySite("scopedToSignal");

class SignalScope extends CancelScope {
  readonly signal: AbortSignal;
  readonly #onAbort: () => void = () => this.cancel(this.signal.reason);

  constructor(signal: AbortSignal) {
    super(Number.POSITIVE_INFINITY, false);
    this.signal = signal;
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
    super(site, body);
    this.#signal = signal;
  }

  protected override makeScope(): CancelScope {
    return new SignalScope(this.#signal);
  }

  protected override cancelled(scope: CancelScope): undefined {
    if (this.#signal.aborted) throw this.#signal.reason;
    void scope;
    return undefined;
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
  if (typeof signal !== "object" || signal === null || typeof signal.addEventListener !== "function") {
    throw new TypeError("scopedToSignal takes an AbortSignal first, and a function that returns what to await");
  }
  const created = new SignalFrame<T>(signal, body);
  noteCreated(created, scopedToSignal);
  return created;
}
