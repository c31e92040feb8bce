import type { TestContext } from "node:test";
import { type IPty, spawn } from "@lydell/node-pty";
import xterm from "@xterm/headless";
import { COMMAND, WORKSPACE } from "./target.js";

/** The command `tsyncio` in a pseudo-terminal, and what one sees there. */
export class Terminal {
  readonly #screen: xterm.Terminal;
  readonly #process: IPty;
  readonly ended: Promise<number | string>;
  #changed: () => void = () => {};
  #over = false;

  constructor(t: TestContext, args: readonly string[], cols: number = 120, rows: number = 16, cwd: string = WORKSPACE) {
    this.#screen = new xterm.Terminal({ cols, rows, allowProposedApi: true });
    const env = { ...process.env, NODE_OPTIONS: "", TERM: "xterm-256color" };
    this.#process = spawn(process.execPath, [COMMAND, ...args], { cols, rows, cwd, env });
    this.#process.onData((data) => this.#screen.write(data, () => this.#changed()));
    this.ended = new Promise((resolve) => {
      this.#process.onExit(({ exitCode, signal }) => {
        this.#over = true;
        // The screen takes what it is written later: by then it has everything.
        this.#screen.write("", () => {
          this.#changed();
          resolve(signal ? `signal ${signal}` : exitCode);
        });
      });
    });
    t.after(() => {
      if (!this.#over) this.#process.kill("SIGKILL");
    });
  }

  get lines(): string[] {
    const { active } = this.#screen.buffer;
    return Array.from({ length: this.#screen.rows }, (_, row) =>
      (active.getLine(active.viewportY + row)?.translateToString(true) ?? "").trimEnd(),
    );
  }

  get text(): string {
    return this.lines.join("\n").trimEnd();
  }

  /** Whether a program has the whole screen for itself. */
  get isAlternate(): boolean {
    return this.#screen.buffer.active.type === "alternate";
  }

  /** Waits until one sees something, on a screen that is drawn to its end: what is drawn anew comes in pieces. */
  async shows(what: RegExp): Promise<void> {
    while (!what.test(this.text) || !/\d of \d+$/.test(this.text)) {
      if (this.#over) throw new Error(`it has ended, and shows no ${what}:\n${this.text}`);
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }

  type(keys: string): void {
    this.#process.write(keys);
  }

  resize(cols: number, rows: number): void {
    this.#screen.resize(cols, rows);
    this.#process.resize(cols, rows);
  }

  signal(signal: string): void {
    this.#process.kill(signal);
  }
}

/** The names of the tasks that one sees, in their order. */
export function names(terminal: Terminal): string[] {
  return terminal.lines.flatMap((line) => /^ *\d+ {2}(\S+(?: \S+)*) {2}/.exec(line)?.[1] ?? []);
}
