import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { packTrace, type Trace } from "tsyncio/debug";

const template: string = readFileSync(new URL("./page.html", import.meta.url), "utf8");

/**
 * A trace as one page for a browser, which needs nothing else and asks no network.
 *
 * @example
 * ```ts
 * await writeFile("trace.html", tracePage(recorder.trace()));
 * ```
 */
export function tracePage(trace: Trace): string {
  const data = gzipSync(packTrace(trace)).toString("base64");
  return template.replace("/*trace*/", () => data);
}
