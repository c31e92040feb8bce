/**
 * How the error classes of the package are made.
 *
 * Each has a stable `code` for programs, a message that says what to do for people, and a brand: `instanceof` looks for the brand and
 * not for the prototype, so that an error made by a second copy of the package in the same process is recognised.
 */
import { brand } from "./brand.js";
import { define } from "./define.js";

/** An error with a code for programs. */
export interface CodedError<Code extends string> extends Error {
  readonly code: Code;
}

/** The class of such errors. */
export interface ErrorClass<Code extends string> {
  readonly prototype: CodedError<Code>;
  new (message?: string, options?: ErrorOptions): CodedError<Code>;
}

/**
 * A class that adds nothing to `Error` but its marks. A bundler leaves the class out where nobody uses it, provided that the call is
 * said to be pure.
 *
 * @param message - of an error that is made without one
 */
export function errorClass<Code extends string>(name: string, message?: string): ErrorClass<Code> {
  const made = class extends Error {};
  mark(made, name, message);
  return made as unknown as ErrorClass<Code>;
}

/** The name is written out, since minified classes have none; the code follows from it. */
export function mark(target: abstract new (...args: never[]) => Error, name: string, message = ""): void {
  const code = `TSYNCIO${name
    .replace(/Error$/, "")
    .replace(/[A-Z]/g, "_$&")
    .toUpperCase()}`;
  brand(target, `tsyncio.error.${code}`);
  define(target, { name });
  define(target.prototype, { code, name, message });
}
