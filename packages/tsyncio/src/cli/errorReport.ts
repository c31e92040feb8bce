/** An error that nobody caught, for people. */
import { inspect } from "node:util";
import { codeFrame } from "./codeFrame.js";
import { withoutInternals } from "./stackFrames.js";

/** What `LoweringError` of `@tsyncio/compiler` tells. On Node 20 it comes from another thread and has lost its class. */
export interface LoweringFailure {
  readonly filename: string;
  readonly line: number;
  readonly column: number;
  readonly reason: string;
  readonly frame: string;
}

/** One message: the place in the program, the error with its await chain, and the errors behind it. */
export function formatUncaught(error: unknown): string {
  if (isLoweringFailure(error)) return formatLoweringFailure(error);
  if (!(error instanceof Error)) return `Uncaught ${inspect(error)}`;
  const place = codeFrame(withoutInternals(stackOf(error)));
  const text = describe(error, new Set());
  return place === undefined ? text : `${place}\n\n${text}`;
}

/** The place in the program, the reason, and the lines around it. */
export function formatLoweringFailure({ filename, line, column, reason, frame }: LoweringFailure): string {
  return `${filename}:${line}:${column}: ${reason}\n\n${frame}`;
}

/** Whether the compiler says that it cannot lower a file. */
export function isLoweringFailure(error: unknown): error is LoweringFailure {
  return error instanceof Error && (error as { code?: unknown }).code === "ERR_TSYNCIO_LOWERING";
}

function stackOf(error: Error): string {
  return typeof error.stack === "string" && error.stack !== "" ? error.stack : `${error.name}: ${error.message}`;
}

function describe(error: unknown, shown: Set<unknown>): string {
  if (!(error instanceof Error)) return inspect(error);
  if (shown.has(error)) return `${error.name}: ${error.message} (shown above)`;
  shown.add(error);
  const parts = [withoutInternals(stackOf(error))];
  const details = detailsOf(error);
  if (details !== undefined) parts.push(indent(details, "    "));
  const { errors } = error as { errors?: unknown };
  if (Array.isArray(errors)) {
    errors.forEach((inner, index) => {
      parts.push(indent(`${index + 1} of ${errors.length}: ${describe(inner, shown)}`));
    });
  }
  if (error.cause !== undefined) parts.push(indent(`caused by: ${describe(error.cause, shown)}`));
  return parts.join("\n");
}

/** What else the error carries, such as `code` and `path` of a system error. */
function detailsOf(error: Error): string | undefined {
  const hidden = new Set(["name", "message", "stack", "cause", "errors"]);
  // Node writes a code of its own behind the name.
  if (String((error as { code?: unknown }).code).startsWith("ERR_")) hidden.add("code");
  const entries = Object.entries(error).filter(([key]) => !hidden.has(key));
  return entries.length === 0 ? undefined : inspect(Object.fromEntries(entries), { breakLength: 100 });
}

function indent(text: string, by = "  "): string {
  return text.replace(/^(?=.)/gm, by);
}
