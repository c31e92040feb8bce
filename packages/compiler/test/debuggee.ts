/**
 * Runs a program while a debugger in a worker thread steps through it, and prints where it stopped. It must not have what is lowered.
 * Arguments: the program, and a {@link Plan} as JSON.
 */
import { Session } from "node:inspector";
import { SourceMap } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

export interface Plan {
  /** In what was made of the program, counted from 0. */
  readonly line: number;
  readonly column: number;
  /** What to do at each stop; then the program goes on. */
  readonly steps: readonly ("stepOver" | "stepInto" | "stepOut" | "resume")[];
  /** Scripts to step past. */
  readonly ignored: readonly string[];
}

/** Where it stopped: the function, the place in the source, and the local variables that have a value. */
export type Stop = readonly [name: string, place: string, locals: Readonly<Record<string, unknown>>];

interface Location {
  scriptId: string;
  lineNumber: number;
  columnNumber: number;
}

if (isMainThread) {
  const [, , program = "", plan = ""] = process.argv;
  const url = pathToFileURL(program).href;
  const debug = new Worker(fileURLToPath(import.meta.url), {
    workerData: { url, plan: JSON.parse(plan) },
    execArgv: [],
  });
  debug.once("message", () => {
    import(url).then(() => {
      debug.once("message", (stops) => {
        console.log(JSON.stringify(stops));
        debug.terminate();
      });
      debug.postMessage("end");
    });
  });
} else {
  attach(workerData.url, workerData.plan);
}

function attach(url: string, plan: Plan): void {
  const session = new Session() as Session & { connectToMainThread(): void };
  session.connectToMainThread();
  const maps = new Map<string, { url: string; map: SourceMap | undefined }>();
  const stops: Stop[] = [];
  const steps = [...plan.steps];
  const place = ({ scriptId, lineNumber, columnNumber }: Location): string => {
    const script = maps.get(scriptId);
    const file = script?.url.split("/").at(-1);
    const entry = script?.map?.findEntry(lineNumber, columnNumber);
    return entry && "originalLine" in entry
      ? `${file}:${entry.originalLine + 1}:${entry.originalColumn + 1}`
      : `${file}:${lineNumber + 1}:${columnNumber + 1}`;
  };
  session.on("Debugger.scriptParsed", ({ params }) => {
    const [, encoded] = /^data:.*;base64,(.*)$/.exec(params.sourceMapURL ?? "") ?? [];
    const map = encoded === undefined ? undefined : JSON.parse(Buffer.from(encoded, "base64").toString());
    maps.set(params.scriptId, { url: params.url, map: map && new SourceMap(map) });
  });
  session.on("Debugger.paused", ({ params }) => {
    const [top] = params.callFrames;
    if (top === undefined) return;
    const locals: Record<string, unknown> = {};
    for (const { type, object } of top.scopeChain) {
      if (type !== "local" && type !== "block") continue;
      session.post("Runtime.getProperties", { objectId: object.objectId as string, ownProperties: true }, (_, got) => {
        for (const { name, value } of got?.result ?? []) if (value?.type === "number") locals[name] = value.value;
      });
    }
    stops.push([top.functionName, place(top.location as Location), locals]);
    session.post(`Debugger.${steps.shift() ?? "resume"}`);
  });
  session.post("Debugger.enable");
  session.post("Debugger.setBlackboxPatterns", { patterns: [...plan.ignored] });
  session.post("Debugger.setBreakpointByUrl", { url, lineNumber: plan.line, columnNumber: plan.column }, () =>
    parentPort?.postMessage("ready"),
  );
  // Answered after all that was asked before.
  parentPort?.on("message", () =>
    session.post("Debugger.setSkipAllPauses", { skip: true }, () => parentPort?.postMessage(stops)),
  );
}
