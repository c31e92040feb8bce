/** A coroutine that is a frame: of a generator, or of an object of that shape. */
import { own } from "./awaitable.js";
import type { CancelScope } from "./cancelScope.js";
import { type CodeSite, librarySite } from "./codeSite.js";
import type { CoreTask } from "./coreTask.js";
import { Coroutine } from "./coroutine.js";
import { GENERATOR } from "./coroutineBits.js";
import { driver } from "./driver.js";
import type { Frame, Resumable, Unwinding } from "./frame.js";
import { hooks } from "./hooks.js";
import { keepShape } from "./keepShape.js";
import { PUSHED, RAISE, type Verdict } from "./verdict.js";

hooks.frames = driver;

export class FrameCoroutine<T> extends Coroutine<T> implements Frame {
  static {
    own(FrameCoroutine, 2);
  }

  /** @internal */ generator: Resumable | null;
  /** @internal */ caller: Frame | null = null;
  /** @internal */ unwinding: Unwinding | null = null;
  /** @internal */ readonly scope: CancelScope | null = null;

  /**
   * @internal
   * @param generator - or the call that makes it when the coroutine begins, since the parameter list can run code of the program
   * @param native - whether the generator is one of the language's
   */
  constructor(site: CodeSite, generator: Resumable | (() => Resumable), native = false) {
    super(site);
    this.generator = generator as Resumable;
    if (native) this.flags = GENERATOR;
  }

  get lowered(): boolean {
    return this.site.lowered;
  }

  get hidden(): boolean {
    return this.site.hidden;
  }

  /** @internal */
  begin(task: CoreTask): Verdict {
    const { generator } = this;
    if (typeof generator === "function") {
      try {
        this.generator = (generator as () => Resumable)();
        this.flags |= GENERATOR;
      } catch (error) {
        this.dispose();
        task.value = error;
        return RAISE;
      }
    }
    this.caller = task.top;
    task.top = this;
    task.value = undefined;
    return PUSHED;
  }

  override dispose(): void {
    super.dispose();
    this.generator = null;
  }

  /** @internal */
  arrive(_task: CoreTask, _errors: unknown[] | null): boolean {
    return true;
  }
}

/** @internal A call for later. */
export function deferred(fn: (...args: never[]) => unknown, self: unknown, args: ArrayLike<unknown>): () => Resumable {
  return () => Reflect.apply(fn, self, args);
}

keepShape(new FrameCoroutine(librarySite(""), null as never));
