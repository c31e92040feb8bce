import { statSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import type * as Debug from "../debug/index.js";
import { CommandError } from "./commandError.js";
import { findPackage } from "./findPackage.js";
import { TRACE_HELP } from "./help.js";
import { findProgram, runProgram } from "./runProgram.js";
import { readTraceArguments, type TraceOptions } from "./traceArguments.js";
import { onEnd } from "./traceEnd.js";
import { type TraceWriter, writeChrome, writeHtml } from "./traceFile.js";

/** `tsyncio trace FILE [-o OUT] [ARGUMENT…]` */
export async function traceCommand(args: readonly string[]): Promise<void> {
  const { options, file, rest } = readTraceArguments(args);
  if (options.help) {
    console.log(TRACE_HELP);
    return;
  }
  if (file === undefined) throw new CommandError("no file was given; usage: tsyncio trace FILE [-o OUT] [ARGUMENT…]");
  const path = findProgram(file);
  const out = outFile(options);
  // Of the program's own copy of tsyncio: no other one runs its tasks.
  const debug = (await import(findPackage("trace", "tsyncio/debug", path))) as typeof Debug;
  const write = options.format === "chrome" ? writeChrome(debug) : await writeHtml(path);
  await runProgram("trace", path, rest, () =>
    record(debug, write, out, [relative(process.cwd(), path), ...rest].join(" "), options),
  );
}

/** @throws CommandError where no file can be written there */
function outFile({ out, format }: TraceOptions): string {
  const path = resolve(out ?? (format === "chrome" ? "trace.json" : "trace.html"));
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new CommandError(`"${out}" is a directory; name a file in it`);
  if (!statSync(dirname(path), { throwIfNoEntry: false })?.isDirectory())
    throw new CommandError(`there is no folder "${dirname(path)}" to write ${out} into`);
  return path;
}

/** From here to the end of the process. */
function record(
  debug: typeof Debug,
  write: TraceWriter,
  out: string,
  title: string,
  { maxEvents }: TraceOptions,
): void {
  const recorder = new debug.TraceRecorder({ title, maxEvents });
  debug.addInstrument(recorder);
  onEnd(debug, () => {
    debug.removeInstrument(recorder);
    const trace = recorder.trace();
    try {
      write(trace, out);
      process.stderr.write(`tsyncio: ${toldOf(trace)} written to ${relative(process.cwd(), out) || out}\n`);
    } catch (error) {
      process.stderr.write(`tsyncio: the trace could not be written: ${(error as Error).message}\n`);
      process.exitCode ||= 1;
    }
  });
}

function toldOf({ eventCount, dropped }: Debug.Trace): string {
  const number = new Intl.NumberFormat("en");
  if (eventCount === 0) return "the program ran nothing on tsyncio; an empty trace was";
  const told = `${number.format(eventCount)} events`;
  return dropped === 0 ? told : `the last ${told} of ${number.format(eventCount + dropped)}`;
}
