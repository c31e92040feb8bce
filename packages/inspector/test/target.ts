import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** Compiled tests are two folders below the package. */
export const PACKAGE: string = fileURLToPath(new URL("../..", import.meta.url));
export const WORKSPACE: string = join(PACKAGE, "../..");
export const COMMAND: string = join(WORKSPACE, "packages/tsyncio/dist/cli/main.js");

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

/** A process, which is ended with the test. */
export class Target {
  readonly child: ChildProcessWithoutNullStreams;
  readonly #closed: Promise<unknown>;
  stdout = "";
  stderr = "";

  constructor(
    t: TestContext,
    program: string,
    args: readonly string[],
    readonly cwd: string = WORKSPACE,
    options: { uid?: number } = {},
  ) {
    const env: NodeJS.ProcessEnv = { ...process.env, NODE_OPTIONS: "", NODE_V8_COVERAGE: "", TSYNCIO_DEBUG: "" };
    delete env["NODE_TEST_CONTEXT"];
    this.child = spawn(program, args, { cwd, env, ...options });
    this.child.stdout.on("data", (chunk) => {
      this.stdout += chunk;
    });
    this.child.stderr.on("data", (chunk) => {
      this.stderr += chunk;
    });
    this.#closed = once(this.child, "close");
    t.after(() => this.child.kill("SIGKILL"));
  }

  get pid(): number {
    return this.child.pid as number;
  }

  async printed(text: string): Promise<this> {
    while (!this.stdout.includes(text)) await Promise.race([once(this.child.stdout, "data"), this.#mustRun()]);
    return this;
  }

  async end(): Promise<Output> {
    await this.#closed;
    return { stdout: this.stdout, stderr: this.stderr, status: this.child.exitCode };
  }

  async #mustRun(): Promise<void> {
    await this.#closed;
    throw new Error(`the program has ended: ${this.stdout}${this.stderr}`);
  }
}

/**
 * A program whose async functions are lowered. Where its inspector is opened it takes any port, so that tests beside this one may open
 * others.
 */
export function target(t: TestContext, file: string, options: readonly string[] = [], cwd: string = WORKSPACE): Target {
  const node = ["--inspect-port=0", ...options, "--import", "@tsyncio/compiler/register"];
  return new Target(t, process.execPath, [...node, file], cwd);
}

/** One of the fixtures, in a folder of its own: the loader takes what is in the packages of tsyncio for its own. */
export function fixture(t: TestContext, name: string, ...options: readonly string[]): Target {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tsyncio-")));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(PACKAGE, "test/fixtures", name), join(folder, name));
  symlinkSync(join(WORKSPACE, "node_modules"), join(folder, "node_modules"));
  return target(t, name, options, folder);
}

/** The command `tsyncio` from its begin to its end. */
export function tsyncio(t: TestContext, args: readonly string[], cwd?: string): Promise<Output> {
  return new Target(t, process.execPath, [COMMAND, ...args], cwd).end();
}

/** Without what differs from run to run: times, and the number of the process. */
export function settled(text: string, pid: number): string {
  return text
    .replaceAll(String(pid), "PID")
    .replace(/ *(?:> )?\d+(?:\.\d)? (?:ms|s)\b(?= )/g, " TIME")
    .replace(/ +(?=FOR )/, " ")
    .replace(/ +$/gm, "");
}

/** The same when they have been closed, which a busy process does a little later than it is left. */
export async function inspectors(target: Target): Promise<boolean[]> {
  for (let left = 600; ; left--) {
    const open = await inspectorsNow(target);
    if (left === 0 || !open.includes(true)) return open;
    await pause(50);
  }
}

/** Of each port at which the inspector of a process was opened, whether it is open still. */
export async function inspectorsNow({ stderr }: Target): Promise<boolean[]> {
  const ports = [...stderr.matchAll(/listening on ws:\/\/127\.0\.0\.1:(\d+)\//g)].map(([, port]) => Number(port));
  return await Promise.all(ports.map(isOpen));
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => resolve(false));
    socket.on("connect", () => {
      resolve(true);
      socket.destroy();
    });
  });
}
