/** Child processes: for what ends a process, and for what counts its memory or its reports. */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

const manifest = import.meta.resolve("tsyncio/package.json");

export const packageRoot: string = fileURLToPath(new URL(".", manifest));

/** The address of a module by itself. On Node, `tsyncio` is another copy, in which the modules are one file. */
export function built(module: string): string {
  return new URL(`dist/${module}`, manifest).href;
}

export class Child {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  #stdout = "";
  #stderr = "";
  readonly #waiting = new Set<() => void>();

  constructor(script: string, flags: readonly string[] = []) {
    this.process = spawn(process.execPath, [...flags, "--input-type=module", "-e", script], {
      cwd: packageRoot,
      env: { ...process.env, NODE_OPTIONS: "", NODE_TEST_CONTEXT: undefined, FORCE_COLOR: "0" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.process.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.#stdout += text;
      for (const look of this.#waiting) look();
    });
    this.process.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr += text;
    });
    this.ended = new Promise((resolve) => {
      this.process.on("close", (status, signal) => {
        for (const look of this.#waiting) look();
        resolve({ status, signal, stdout: this.#stdout, stderr: this.#stderr });
      });
    });
  }

  /** Until the child has written the text. */
  async says(text: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (this.#stdout.includes(text)) resolve();
        else if (this.process.exitCode !== null || this.process.signalCode !== null) {
          reject(new Error(`the child ended without saying ${text}: ${this.#stdout}\n${this.#stderr}`));
        } else return;
        this.#waiting.delete(look);
      };
      this.#waiting.add(look);
      look();
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }
}

/** Runs a script to its end. */
export function runChild(script: string, flags: readonly string[] = []): Promise<Ended> {
  return new Child(script, flags).ended;
}
