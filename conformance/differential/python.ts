// @tsyncio-off
/** The interpreter in Python, as a process that answers lines of programs with lines of traces. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Program, Trace } from "./program.ts";

/** The oldest that will do: the timeouts of those before take an earlier cancellation for their own. */
const OLDEST = [3, 11, 4];

/** The version of a Python, where it will do; else the reason why not. */
export function versionOf(command: string): { version: string } | { unfit: string } {
  const { stdout, error } = spawnSync(command, ["-c", "import sys; print(*sys.version_info[:3])"], {
    encoding: "utf8",
  });
  if (error) return { unfit: `there is no ${command}` };
  const version = stdout.trim().split(" ").map(Number);
  const shown = version.join(".");
  const difference = version.map((number, index) => number - OLDEST[index]!).find((other) => other !== 0) ?? 0;
  return difference < 0 ? { unfit: `${command} is ${shown}, and ${OLDEST.join(".")} is needed` } : { version: shown };
}

export class Python {
  readonly #process: ChildProcess;
  readonly #waiting: { resolve(traces: Trace[]): void; reject(error: Error): void }[] = [];

  constructor(command: string) {
    const script = fileURLToPath(new URL("interpreter.py", import.meta.url));
    this.#process = spawn(command, ["-B", script], { stdio: ["pipe", "pipe", "inherit"] });
    createInterface({ input: this.#process.stdout! }).on("line", (line) =>
      this.#waiting.shift()?.resolve(JSON.parse(line)),
    );
    this.#process.on("close", (status) => {
      for (const { reject } of this.#waiting) reject(new Error(`the Python interpreter ended with status ${status}`));
    });
  }

  play(programs: readonly Program[]): Promise<Trace[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#process.stdin!.write(`${JSON.stringify(programs)}\n`);
    });
  }

  end(): void {
    this.#process.stdin!.end();
  }
}
