/**
 * In debug mode: what blocks the loop is named while it does, by a thread that is told of each step of the loop by a number in shared
 * memory. Where that stands still for too long, the thread asks the engine's inspector of the main thread for the stack, and writes it to
 * the standard error by itself, since the main thread cannot.
 *
 * Code of the platform that blocks (`execSync`, `Atomics.wait`, a long regular expression) is not interrupted: its stack comes when it has
 * returned, if the step goes on then.
 */
import { library } from "./library.js";

interface Threads {
  readonly isMainThread: boolean;
  readonly Worker: new (source: string, options: object) => { unref(): void; terminate(): unknown };
}

interface NodeProcess {
  getBuiltinModule?(id: string): unknown;
  readonly versions?: Record<string, string | undefined>;
}

/** What the loop does to let the thread know. */
export interface Watchdog {
  /** A step begins, or ends: odd while one is on. */
  beat(): void;
  /** After so many milliseconds it is told. */
  limit(milliseconds: number): void;
  stop(): void;
}

/** Undefined where there is no such thread: not on Node, not in the main thread, or with a debugger, which stops the loop by itself. */
export function startWatchdog(): Watchdog | undefined {
  const { process } = globalThis as unknown as { process?: NodeProcess };
  if (!process?.versions?.["node"] || process.versions["bun"] || process.versions["deno"]) return undefined;
  const threads = process.getBuiltinModule?.("node:worker_threads") as Threads | undefined;
  const inspector = process.getBuiltinModule?.("node:inspector") as { url(): string | undefined } | undefined;
  if (!threads?.isMainThread || !inspector || inspector.url() !== undefined) return undefined;
  const memory = new SharedArrayBuffer(8);
  const cells = new Int32Array(memory);
  const worker = new threads.Worker(`(${watch})(require)`, {
    eval: true,
    workerData: { memory, library },
    env: {},
    execArgv: [],
    name: "tsyncio watchdog",
  });
  worker.unref();
  return {
    beat: () => Atomics.add(cells, 0, 1),
    limit: (milliseconds) => Atomics.store(cells, 1, Math.min(Math.ceil(milliseconds), 2 ** 31 - 1)),
    stop: () => worker.terminate(),
  };
}

type Answer<T> = (error: Error | null, answer: T) => void;

interface Session {
  connectToMainThread(): void;
  disconnect(): void;
  on(event: string, listener: (message: { params: never }) => void): void;
  post<T>(method: string, params?: object, answered?: Answer<T>): void;
}

interface SourceMap {
  findEntry(line: number, column: number): { originalSource?: string; originalLine?: number; originalColumn?: number };
}

interface Script {
  readonly scriptId: string;
  readonly url: string;
  readonly sourceMapURL: string;
}

interface CallFrame {
  readonly callFrameId: string;
  readonly functionName: string;
  readonly location: { readonly scriptId: string; readonly lineNumber: number; readonly columnNumber: number };
}

/** The thread. Its source text is all that it gets: no name of this module may stand in it. */
function watch(load: (id: string) => unknown): void {
  const { workerData } = load("node:worker_threads") as {
    workerData: { memory: SharedArrayBuffer; library: string[] };
  };
  const { Session } = load("node:inspector") as { Session: new () => Session };
  const { SourceMap } = load("node:module") as { SourceMap: new (payload: unknown) => SourceMap };
  const { writeSync, readFileSync } = load("node:fs") as {
    writeSync(file: number, text: string): void;
    readFileSync(file: URL, encoding: string): string;
  };
  const cells = new Int32Array(workerData.memory);
  let last = 0;
  let since = 0;
  let told = -1;
  setInterval(() => {
    const step = Atomics.load(cells, 0);
    const now = performance.now();
    if (step !== last) {
      last = step;
      since = now;
    } else if (step % 2 !== 0 && told !== step && now - since >= Atomics.load(cells, 1)) {
      told = step;
      sample(step);
    }
  }, 10);

  function sample(step: number): void {
    const session = new Session();
    const scripts = new Map<string, Script>();
    const end = (): void => {
      session.post("Debugger.resume");
      session.post("Debugger.disable", {}, () => session.disconnect());
    };
    try {
      session.connectToMainThread();
    } catch {
      return;
    }
    session.on("Debugger.scriptParsed", ({ params }: { params: Script }) => scripts.set(params.scriptId, params));
    session.on("Debugger.paused", ({ params }: { params: { callFrames: CallFrame[] } }) => {
      const { callFrames } = params;
      const foot = callFrames.findIndex(({ functionName }) => functionName === "tsyncioStep");
      const frame = callFrames[foot < 0 ? callFrames.length - 1 : foot];
      // What came out of the platform when its step had ended is another's.
      if (!frame || Atomics.load(cells, 0) !== step) {
        end();
        return;
      }
      const blocked = performance.now() - since;
      const { callFrameId } = frame;
      const expression = `(${describe})(typeof frame === "undefined" ? null : frame)`;
      session.post<{ result: { value?: { task: string; callers: string[] } } }>(
        "Debugger.evaluateOnCallFrame",
        { callFrameId, expression, returnByValue: true },
        (_, answer) => {
          const { task = "", callers = [] } = answer?.result?.value ?? {};
          const urlOf = ({ location }: CallFrame): string => scripts.get(location.scriptId)?.url ?? "";
          const foreign = (called: CallFrame): boolean =>
            workerData.library.some((start) => urlOf(called).startsWith(start));
          // From the innermost line of the program to where the loop begins.
          const begin = callFrames.findIndex((called) => !foreign(called));
          const called = callFrames.slice(Math.max(0, begin));
          const end = called.findIndex((each) => each.functionName === "tsyncioStep" || foreign(each));
          const lines = called.slice(0, end < 0 ? called.length : end).map(({ functionName, location }) => {
            const { url = "", sourceMapURL = "" } = scripts.get(location.scriptId) ?? {};
            return `at ${functionName || "(anonymous)"} (${mapped(url, sourceMapURL, location.lineNumber, location.columnNumber)})`;
          });
          const message = `Executing ${task || "a callback"} has been blocking the loop for ${(blocked / 1000).toFixed(3)} seconds, and goes on`;
          writeSync(2, `${[message, ...lines, ...callers].join("\n    ")}\n`);
        },
      );
      end();
    });
    session.post("Debugger.enable");
    session.post("Debugger.pause");
  }

  /** Evaluated in the main thread, in the frame of the driver. */
  function describe(
    innermost: {
      caller: unknown;
      hidden: boolean;
      name: string;
      origin?: { stack?: string };
      lowered: boolean;
    } | null,
  ): { task: string; callers: string[] } {
    const runtime = (
      globalThis as unknown as Record<symbol, { copies: { current: { task: { describe(): string } | null } }[] }>
    )[Symbol.for("tsyncio.runtime")];
    const task = runtime?.copies.map(({ current }) => current.task).find(Boolean);
    const callers: string[] = [];
    for (let inner = innermost; inner; inner = inner.caller as typeof innermost) {
      const outer = inner.caller as typeof innermost;
      if (!outer || outer.hidden) continue;
      const stack = (inner.origin?.stack ?? "").split("\n").filter((line) => /^\s*at /.test(line));
      const place = /\(?([^( ]*)\)?$/.exec(stack[inner.lowered ? 1 : 0] ?? "")?.[1]?.replace(/\)$/, "");
      callers.push(`at async ${outer.name}${place ? ` (${place})` : ""}`);
    }
    return { task: task ? task.describe() : "", callers };
  }

  function decoded(base64: string): string {
    return new TextDecoder().decode(Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0)));
  }

  function mapped(url: string, mapURL: string, line: number, column: number): string {
    try {
      const inside = /^data:application\/json[^,]*?base64,(.*)$/s.exec(mapURL);
      if (mapURL) {
        const text = inside ? decoded(inside[1] as string) : readFileSync(new URL(mapURL, url), "utf8");
        const {
          originalSource,
          originalLine,
          originalColumn = 0,
        } = new SourceMap(JSON.parse(text)).findEntry(line, column);
        if (originalSource !== undefined && originalLine !== undefined) {
          const { protocol, pathname, href } = new URL(originalSource, url);
          return `${protocol === "file:" ? decodeURIComponent(pathname) : href}:${originalLine + 1}:${originalColumn + 1}`;
        }
      }
    } catch {
      // Without a map the place in what runs has to do.
    }
    return `${url}:${line + 1}:${column + 1}`;
  }
}
