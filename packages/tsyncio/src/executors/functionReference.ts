/** What a thread or a process is told to call: functions cannot be sent, so it is the text of one, or where to find it. */
import { isCoroutineFunction } from "../kernel/coroutineFunction.js";
import { show, unfit } from "../kernel/unfit.js";

/**
 * A function that is complete in itself: it uses its arguments and what every thread has, and nothing of its surroundings. Or the URL of a
 * module with the name of its export behind `#`; without a name the default one: `new URL("./work.js#resize", import.meta.url)`.
 */
export type Work<A extends unknown[], T> = ((...args: A) => T) | URL | string;

/** As it is sent. */
export interface FunctionReference {
  /** For messages. */
  readonly name: string;
  /** An expression that gives the function. */
  readonly source?: string;
  readonly module?: string;
  readonly exportName?: string;
}

/** @throws TypeError where it cannot be sent; the message says what to do */
export function referenceOf(work: unknown, taker: string): FunctionReference {
  if (work instanceof URL) return moduleReference(work.href);
  if (typeof work === "string") {
    if (!/^(file|data|node):/.test(work))
      throw unfit(`${taker} takes a function, or the URL of a module with its export`, work);
    return moduleReference(work);
  }
  if (typeof work !== "function")
    throw unfit(`${taker} takes a function, or the URL of a module with its export`, work);
  if (isCoroutineFunction(work))
    throw new TypeError(`${taker}: ${show(work)} is a coroutine function, of which a thread has no text; ${ADVICE}`);
  return { name: work.name || "(anonymous)", source: expressionOf(work as () => unknown, taker) };
}

/** What to do about a function that cannot be sent as text. */
export const ADVICE: string = 'put it into a module and give its URL: new URL("./work.js#name", import.meta.url)';

function moduleReference(href: string): FunctionReference {
  const at = href.indexOf("#");
  const exportName = at < 0 ? "default" : decodeURIComponent(href.slice(at + 1));
  const module = at < 0 ? href : href.slice(0, at);
  return { name: `${exportName} of ${module}`, module, exportName };
}

/** Methods have no text that stands by itself. */
function expressionOf(fn: () => unknown, taker: string): string {
  const text = Function.prototype.toString.call(fn);
  for (const source of [`(${text})`, `({${text}})[${JSON.stringify(fn.name)}]`]) {
    try {
      new Function(`return ${source}`);
      return source;
    } catch {
      // Not in this form.
    }
  }
  throw new TypeError(`${taker}: ${show(fn)} has no text that could be sent; ${ADVICE}`);
}
