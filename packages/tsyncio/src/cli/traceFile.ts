/** Writing a trace to a file, at once: nothing waits any more where a process ends. */
import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import type * as Debug from "../debug/index.js";
import { findPackage } from "./findPackage.js";

export type TraceWriter = (trace: Debug.Trace, out: string) => void;

/** What the command needs of `@tsyncio/inspector/page`. */
interface Page {
  tracePage(trace: Debug.Trace): string;
}

/**
 * As a page, by the inspector that the project has installed, or else the one beside this package.
 *
 * @throws CommandError where that is not installed
 */
export async function writeHtml(program: string): Promise<TraceWriter> {
  const { tracePage } = (await import(findPackage("trace", "@tsyncio/inspector/page", program))) as Page;
  return (trace, out) => writeFileSync(out, tracePage(trace));
}

const LINES = 5000;

/** As JSON for Perfetto and Chrome's tracing page, a line an event. */
export function writeChrome({ eachChromeEvent, toChromeTrace }: typeof Debug): TraceWriter {
  return (trace, out) => {
    const { otherData, displayTimeUnit } = toChromeTrace({ ...trace, events: new Uint8Array() });
    const file = openSync(out, "w");
    try {
      let lines: string[] = [];
      let between = "";
      const flush = (): void => {
        if (lines.length > 0) writeSync(file, between + lines.join(",\n"));
        between = lines.length > 0 ? ",\n" : between;
        lines = [];
      };
      writeSync(
        file,
        `{"displayTimeUnit":${JSON.stringify(displayTimeUnit)},"otherData":${JSON.stringify(otherData)},"traceEvents":[\n`,
      );
      eachChromeEvent(trace, (event) => {
        if (lines.push(JSON.stringify(event)) === LINES) flush();
      });
      flush();
      writeSync(file, "\n]}\n");
    } finally {
      closeSync(file);
    }
  };
}
