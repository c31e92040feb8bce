import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { packTrace, type Trace } from "tsyncio/debug";

const template: string = readFileSync(new URL("./page.html", import.meta.url), "utf8");

/** What the page can read. */
const VERSION: Trace["version"] = 1;

/**
 * A trace as one page for a browser, which needs nothing else and asks no network.
 *
 * @throws TypeError for a trace that another version of tsyncio has made
 * @example
 * ```ts
 * await writeFile("trace.html", tracePage(recorder.trace()));
 * ```
 */
export function tracePage(trace: Trace): string {
  if (trace.version !== VERSION)
    throw new TypeError(
      `the page reads traces of version ${VERSION}, and this one is of version ${trace.version}: install the same version of tsyncio and @tsyncio/inspector`,
    );
  const data = gzipSync(packTrace(trace)).toString("base64");
  return template.replace("/*trace*/", () => data);
}
