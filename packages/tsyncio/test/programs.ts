import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";

/** The folder of this package. Compiled tests are two folders below it. */
export const PACKAGE: string = fileURLToPath(new URL("../..", import.meta.url));
export const WORKSPACE: string = join(PACKAGE, "../..");
export const COMMAND: string = join(PACKAGE, "dist/node/cli.js");

/** What a program said. */
export interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

/** A program that runs. */
export class Program {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #closed: Promise<unknown>;
  #stdout = "";
  #stderr = "";

  constructor(t: TestContext, args: readonly string[], cwd: string) {
    const env = { ...process.env, NODE_OPTIONS: "", NODE_V8_COVERAGE: "", TSYNCIO_DEBUG: "" };
    delete (env as NodeJS.ProcessEnv)["NODE_TEST_CONTEXT"];
    this.#child = spawn(process.execPath, args, { cwd, env });
    this.#child.stdin.end();
    this.#child.stdout.on("data", (chunk) => {
      this.#stdout += chunk;
    });
    this.#child.stderr.on("data", (chunk) => {
      this.#stderr += chunk;
    });
    this.#closed = once(this.#child, "close");
    t.after(() => this.#child.kill("SIGKILL"));
  }

  /** Waits until the program has printed a text. */
  async printed(text: string): Promise<void> {
    while (!this.#stdout.includes(text)) await once(this.#child.stdout, "data");
  }

  /** Waits until it has written a text to the standard error. */
  async complained(text: string): Promise<void> {
    while (!this.#stderr.includes(text)) await once(this.#child.stderr, "data");
  }

  /** Waits until what the program has printed matches; gives the first group. */
  async said(pattern: RegExp): Promise<string> {
    for (;;) {
      const match = pattern.exec(this.#stdout);
      if (match) return match[1] ?? "";
      await once(this.#child.stdout, "data");
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async end(): Promise<Output> {
    await this.#closed;
    return { stdout: this.#stdout, stderr: this.#stderr, status: this.#child.exitCode };
  }
}

/** The command `tsyncio` with arguments. */
export function start(t: TestContext, args: readonly string[], cwd: string = WORKSPACE): Program {
  return new Program(t, [COMMAND, ...args], cwd);
}

/** The command `tsyncio` from its begin to its end. */
export function tsyncio(t: TestContext, args: readonly string[], cwd?: string): Promise<Output> {
  return start(t, args, cwd).end();
}

/** A folder with files in it, which is removed after the test. */
export function folder(t: TestContext, files: Readonly<Record<string, string>>): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "tsyncio-")));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return path;
}

/** A folder of a project that has tsyncio and its compiler installed. */
export function project(t: TestContext, files: Readonly<Record<string, string>>): string {
  const path = folder(t, { "package.json": '{ "name": "app", "type": "module" }', ...files });
  mkdirSync(join(path, "node_modules/@tsyncio"), { recursive: true });
  symlinkSync(PACKAGE, join(path, "node_modules/tsyncio"), "dir");
  symlinkSync(join(WORKSPACE, "packages/compiler"), join(path, "node_modules/@tsyncio/compiler"), "dir");
  return path;
}
