/** `tsyncio repl` in a process of its own: behind pipes, or behind a terminal. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import type { TestContext } from "node:test";
import { COMMAND } from "../programs.js";

/** Whether there is something that makes a terminal: the module `pty` of Python. */
export const canHaveTerminal: boolean = spawnSync("python3", ["-c", "import pty"]).status === 0;

const TERMINAL = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)";
const SIZED = 'stty cols 100 rows 30; exec "$@"';

export class ReplProgram {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #closed: Promise<unknown>;
  #output = "";
  /** What was read of the output so far. */
  #at = 0;
  #look: (() => void) | null = null;

  constructor(t: TestContext, cwd: string, { terminal = false, history = "" } = {}) {
    const repl = [process.execPath, COMMAND, "repl"];
    const [command, ...args] = terminal ? ["python3", "-c", TERMINAL, "sh", "-c", SIZED, "sh", ...repl] : repl;
    const env: NodeJS.ProcessEnv = {
      ...process.env,
      NODE_OPTIONS: "",
      NODE_V8_COVERAGE: "",
      NO_COLOR: "1",
      TERM: "xterm",
      TSYNCIO_DEBUG: "",
      TSYNCIO_REPL_HISTORY: history,
    };
    delete env["NODE_TEST_CONTEXT"];
    this.#child = spawn(command as string, args, { cwd, env });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.#output += text;
        this.#look?.();
      });
    }
    this.#closed = once(this.#child, "close").then(() => this.#look?.());
    t.after(() => this.#child.kill("SIGKILL"));
  }

  type(text: string): void {
    this.#child.stdin.write(text);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Until it has printed the text. Gives what it printed since the last call, up to the text. */
  async until(text: string): Promise<string> {
    while (this.#output.indexOf(text, this.#at) < 0) {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null)
        throw new Error(`ended without ${text}: ${this.#output.slice(this.#at)}`);
      await new Promise<void>((resolve) => {
        this.#look = resolve;
      });
    }
    const end = this.#output.indexOf(text, this.#at) + text.length;
    const seen = this.#output.slice(this.#at, end);
    this.#at = end;
    return seen;
  }

  /** No more is typed. Gives the status, and what was printed since the last call of `until`. */
  async end(): Promise<{ readonly output: string; readonly status: number | null }> {
    this.#child.stdin.end();
    await this.#closed;
    return { output: this.#output.slice(this.#at), status: this.#child.exitCode };
  }
}

/** What each line of a session prints, without the prompts. */
export async function session(t: TestContext, cwd: string, lines: readonly string[]): Promise<string> {
  const repl = new ReplProgram(t, cwd);
  await repl.until("> ");
  for (const line of lines) repl.type(`${line}\n`);
  const { output } = await repl.end();
  return output.replace(/^(> |(\.\.\. )+|(\| )+)+/gm, "");
}
