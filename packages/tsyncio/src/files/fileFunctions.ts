/**
 * What `node:fs/promises` offers, as coroutines: nothing begins before the `await`, and a task that is cancelled goes on at once. Reading and
 * writing whole files stops then, and so it does where a signal of the program aborts; other operations, which the platform cannot stop, run to their end unheard.
 */
import * as promises from "node:fs/promises";
import { signalOf } from "../interop/controllers.js";
import { Calling } from "../kernel/calling.js";
import { type CodeSite, librarySite } from "../kernel/codeSite.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { FrameCoroutine } from "../kernel/frameCoroutine.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { ScopeFrame } from "../kernel/scopeFrame.js";

type Promising = (...args: never[]) => Promise<unknown>;

/** The same function, whose promise is a coroutine; up to four overloads. */
export type AsCoroutine<F> = F extends {
  (...args: infer A1): Promise<infer R1>;
  (...args: infer A2): Promise<infer R2>;
  (...args: infer A3): Promise<infer R3>;
  (...args: infer A4): Promise<infer R4>;
}
  ? ((...args: A1) => Coroutine<R1>) &
      ((...args: A2) => Coroutine<R2>) &
      ((...args: A3) => Coroutine<R3>) &
      ((...args: A4) => Coroutine<R4>)
  : F extends (...args: infer A) => Promise<infer R>
    ? (...args: A) => Coroutine<R>
    : never;

function wrapped<F extends Promising>(fn: F): AsCoroutine<F> {
  return named(fn, (site, args) => new Calling(site, () => fn(...args)));
}

/** @param at - the place of the options among the arguments; text there is an encoding */
function stoppable<F extends Promising>(fn: F, at: number): AsCoroutine<F> {
  return named(fn, (site, args) => {
    const given = args[at] as unknown;
    const call = (own: AbortSignal): Promise<unknown> => {
      const all: unknown[] = args.slice();
      all[at] = withSignal(given, own);
      return fn(...(all as never[]));
    };
    return new ScopeFrame(site, (scope) => call(signalOf(scope)));
  });
}

/** Options with a signal; the program's own, where it has one, stops the operation too. What is no options is for the platform to refuse. */
function withSignal(given: unknown, own: AbortSignal): unknown {
  if (typeof given === "string") return { encoding: given, signal: own };
  if (given !== undefined && typeof given !== "object") return given;
  const options = given as { signal?: AbortSignal } | null | undefined;
  return { ...options, signal: options?.signal instanceof AbortSignal ? AbortSignal.any([own, options.signal]) : own };
}

/** What is opened for a task that is cancelled meanwhile is closed as soon as it is there. */
function closing<F extends Promising>(fn: F): AsCoroutine<F> {
  function* opened(args: never[]): Generator<unknown, unknown, unknown> {
    const opening = fn(...args) as Promise<{ close(): Promise<void> }>;
    let settled = false;
    try {
      const handle = yield opening;
      settled = true;
      return handle;
    } catch (error) {
      settled = true;
      throw error;
    } finally {
      if (!settled) opening.then((unheard) => unheard.close()).catch(() => {});
    }
  }
  return named(fn, (site, args) => new FrameCoroutine(site, opened(args)));
}

function named<F extends Promising>(fn: F, make: (site: CodeSite, args: never[]) => Coroutine): AsCoroutine<F> {
  const site = librarySite(fn.name);
  const made = (...args: never[]): Coroutine => noteCreated(make(site, args), made);
  Object.defineProperty(made, "name", { value: fn.name });
  return made as unknown as AsCoroutine<F>;
}

/** Reads a whole file; stops where it is cancelled. As `node:fs/promises`. */
export const readFile: AsCoroutine<typeof promises.readFile> = stoppable(promises.readFile, 1);
/** Writes a whole file; stops where it is cancelled, and what was written by then is there. As `node:fs/promises`. */
export const writeFile: AsCoroutine<typeof promises.writeFile> = stoppable(promises.writeFile, 2);
/** As `node:fs/promises`. */
export const access: AsCoroutine<typeof promises.access> = wrapped(promises.access);
/** Appends to a file; stops where it is cancelled, and what was written by then is there. As `node:fs/promises`. */
export const appendFile: AsCoroutine<typeof promises.appendFile> = stoppable(promises.appendFile, 2);
/** As `node:fs/promises`. */
export const chmod: AsCoroutine<typeof promises.chmod> = wrapped(promises.chmod);
/** As `node:fs/promises`. */
export const chown: AsCoroutine<typeof promises.chown> = wrapped(promises.chown);
/** As `node:fs/promises`. */
export const copyFile: AsCoroutine<typeof promises.copyFile> = wrapped(promises.copyFile);
/** As `node:fs/promises`. */
export const cp: AsCoroutine<typeof promises.cp> = wrapped(promises.cp);
/** As `node:fs/promises`. */
export const link: AsCoroutine<typeof promises.link> = wrapped(promises.link);
/** As `node:fs/promises`. */
export const lchown: AsCoroutine<typeof promises.lchown> = wrapped(promises.lchown);
/** As `node:fs/promises`. */
export const lstat: AsCoroutine<typeof promises.lstat> = wrapped(promises.lstat);
/** As `node:fs/promises`. */
export const lutimes: AsCoroutine<typeof promises.lutimes> = wrapped(promises.lutimes);
/** As `node:fs/promises`. */
export const mkdir: AsCoroutine<typeof promises.mkdir> = wrapped(promises.mkdir);
/** As `node:fs/promises`. */
export const mkdtemp: AsCoroutine<typeof promises.mkdtemp> = wrapped(promises.mkdtemp);
/** As `node:fs/promises`; the handle is Node's own. Where it is cancelled, what is opened by then is closed. */
export const open: AsCoroutine<typeof promises.open> = closing(promises.open);
/** As `node:fs/promises`; what it gives is an async iterable. Where it is cancelled, what is opened by then is closed. */
export const opendir: AsCoroutine<typeof promises.opendir> = closing(promises.opendir);
/** As `node:fs/promises`. */
export const readdir: AsCoroutine<typeof promises.readdir> = wrapped(promises.readdir);
/** As `node:fs/promises`. */
export const readlink: AsCoroutine<typeof promises.readlink> = wrapped(promises.readlink);
/** As `node:fs/promises`. */
export const realpath: AsCoroutine<typeof promises.realpath> = wrapped(promises.realpath);
/** As `node:fs/promises`. */
export const rename: AsCoroutine<typeof promises.rename> = wrapped(promises.rename);
/** As `node:fs/promises`. */
export const rm: AsCoroutine<typeof promises.rm> = wrapped(promises.rm);
/** As `node:fs/promises`. */
export const rmdir: AsCoroutine<typeof promises.rmdir> = wrapped(promises.rmdir);
/** As `node:fs/promises`. */
export const stat: AsCoroutine<typeof promises.stat> = wrapped(promises.stat);
/** As `node:fs/promises`. */
export const statfs: AsCoroutine<typeof promises.statfs> = wrapped(promises.statfs);
/** As `node:fs/promises`. */
export const symlink: AsCoroutine<typeof promises.symlink> = wrapped(promises.symlink);
/** As `node:fs/promises`. */
export const truncate: AsCoroutine<typeof promises.truncate> = wrapped(promises.truncate);
/** As `node:fs/promises`. */
export const unlink: AsCoroutine<typeof promises.unlink> = wrapped(promises.unlink);
/** As `node:fs/promises`. */
export const utimes: AsCoroutine<typeof promises.utimes> = wrapped(promises.utimes);
