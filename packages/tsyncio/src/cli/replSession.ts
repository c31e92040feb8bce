/** What lies beneath the prompt: a run that has no main task, on which each line runs, and that lasts until the session ends. */
import { setFlagsFromString } from "node:v8";
import { constants, runInNewContext, Script } from "node:vm";
import { Context } from "../kernel/context.js";
import { CoreFuture } from "../kernel/coreFuture.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { makeFor } from "../kernel/neverAwaited.js";
import { platformScheduler } from "../kernel/scheduler.js";
import { spawn } from "../kernel/spawn.js";
import type { Task } from "../kernel/task.js";
import { unwatch, type Watch } from "../kernel/watchlist.js";
import { loopOf } from "../runner/eventLoop.js";
import { Run } from "../runner/runState.js";
import type { CompiledInput } from "./replCompiler.js";
import { resumeWriting } from "./replResume.js";
import type { ReplScope } from "./replScope.js";

/** How a line has ended. `left`: it goes on in the background, since its clean-ups were not awaited. */
export type Outcome =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "failed"; readonly error: unknown }
  | { readonly kind: "cancelled" | "left" };

/** Where a synchronous line finds itself: the engine lets Ctrl-C interrupt a script, and not a function. */
const PENDING_LINE = Symbol.for("tsyncio.repl.line");
const callPendingLine = new Script(`globalThis[Symbol.for("tsyncio.repl.line")]()`, { filename: "node:repl" });

interface Line {
  readonly task: Task<unknown>;
  readonly end: (outcome: Outcome) => void;
  isCancelled: boolean;
}

export class ReplSession {
  readonly run: Run;
  /** Settles when all tasks have ended after `end()`. */
  readonly ended: Promise<void>;
  readonly #scope: ReplScope;
  /** All lines share it, so that a context variable keeps what a line has set. */
  readonly #context = new Context();
  #line: Line | null = null;

  constructor(scope: ReplScope) {
    this.#scope = scope;
    const scheduler = platformScheduler();
    loopOf(scheduler).kept++;
    this.run = new Run(scheduler, { signals: false }, false);
    this.ended = new Promise((resolve, reject) => this.run.open(resolve, reject));
    const watched = this.run.watched as Set<Watch>;
    const add = watched.add.bind(watched);
    watched.add = (watch) => {
      setImmediate(() => this.tellFailures());
      return add(watch);
    };
  }

  /** Runs a line. A synchronous one ends at once, and runs in no task, as a callback does. */
  evaluate(input: CompiledInput, name: string, end: (outcome: Outcome) => void): void {
    const { parameters } = this.#scope;
    let undo = (): void => {};
    try {
      const script = new Script(input.code, {
        filename: name,
        importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      });
      const line = script.runInThisContext().apply(globalThis, this.#scope.arguments(parameters)) as () => unknown;
      undo = this.#scope.undoer();
      if (input.awaits) this.#begin(line() as Coroutine<unknown>, name, undo, end);
      else end({ kind: "value", value: shownValue(this.#call(line)) });
    } catch (error) {
      undo();
      if (isInterruption(error)) {
        resumeWriting(process.stdout);
        resumeWriting(process.stderr);
        end({ kind: "cancelled" });
      } else end({ kind: "failed", error });
    }
  }

  get isBusy(): boolean {
    return this.#line !== null;
  }

  /** Cancels the line that runs. A second time: no longer waits for its clean-ups. */
  cancel(): void {
    const line = this.#line;
    if (!line) return;
    if (line.isCancelled) this.#leave(line, { kind: "left" });
    else {
      line.isCancelled = true;
      line.task.cancel("Ctrl-C");
    }
  }

  /** Cancels all tasks; `ended` tells when they have cleaned up. */
  end(): void {
    this.run.end();
  }

  /** Between two lines: what has failed meanwhile, and what was forgotten. */
  tellFailures(): void {
    if (this.#line) return;
    for (const watch of this.run.watched) {
      const object = watch.object.deref();
      if (!(object instanceof CoreFuture)) continue;
      unwatch(object);
      this.run.scheduler.report(watch.report(object));
    }
    // A coroutine may be awaited as long as somebody has it: the collector tells, when what was looked at here is let go.
    if (this.run.watched.size > 0) setImmediate(collectGarbage);
  }

  /** The coroutine was shown to somebody, who knows that it has not begun. */
  wasShown(coroutine: Coroutine): void {
    makeFor(null);
    unwatch(coroutine);
  }

  #call(line: () => unknown): unknown {
    Reflect.set(globalThis, PENDING_LINE, line);
    try {
      return this.#context.run(() => callPendingLine.runInThisContext({ breakOnSigint: true, displayErrors: false }));
    } finally {
      Reflect.deleteProperty(globalThis, PENDING_LINE);
    }
  }

  #begin(coroutine: Coroutine<unknown>, name: string, undo: () => void, end: (outcome: Outcome) => void): void {
    const task = spawn(coroutine, this.run, { name, context: this.#context });
    const line: Line = { task, end, isCancelled: false };
    this.#line = line;
    task.addDoneCallback(() => {
      let outcome: Outcome;
      try {
        outcome = task.cancelled() ? { kind: "cancelled" } : { kind: "value", value: shownValue(task.result()) };
      } catch (error) {
        outcome = { kind: "failed", error };
      }
      if (outcome.kind !== "value") undo();
      this.#leave(line, outcome);
    });
  }

  #leave(line: Line, outcome: Outcome): void {
    if (this.#line !== line) return;
    this.#line = null;
    line.end(outcome);
  }
}

function shownValue(result: unknown): unknown {
  return (result as { value: unknown } | undefined)?.value;
}

function isInterruption(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
}

let collect: (() => void) | undefined;

function collectGarbage(): void {
  if (!collect) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
  }
  collect();
}
