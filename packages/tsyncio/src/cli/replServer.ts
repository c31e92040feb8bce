/** The prompt: Node's own, over a session of tsyncio. */
import type { EventEmitter } from "node:events";
import { homedir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type REPLServer, Recoverable, type ReplOptions, start } from "node:repl";
import { PassThrough } from "node:stream";
import { Script } from "node:vm";
import { type Coroutine, isCoroutine } from "../kernel/coroutine.js";
import { loopOf } from "../runner/eventLoop.js";
import type { ReplCompiler } from "./replCompiler.js";
import { ReplScope } from "./replScope.js";
import { printAbovePrompt, screenOf } from "./replScreen.js";
import { type Outcome, ReplSession } from "./replSession.js";
import { showTasks } from "./replTasks.js";
import { ReplText } from "./replText.js";

type Key = readonly [text: string | undefined, key: { readonly name?: string; readonly ctrl?: boolean } | undefined];

/** What Node's server has, and its types do not tell. */
interface Inside {
  _ttyWrite(...key: Key): void;
  completer(line: string, callback: unknown): void;
  lastError: unknown;
  writer(value: unknown): string;
  readonly _domain?: EventEmitter;
}

const HINT = "    It has not begun: `await _` runs it, `createTask(_)` runs it beside what you type";
const LEFT = "The line goes on cleaning up in the background; ps() shows it";
const MORE = `
ps()     The tasks, and what each waits for; .ps does the same while there is something in the line
await    At the top level, too. Ctrl+C cancels the line that runs, with its clean-ups; tasks go on
         All names of tsyncio are there, and as one object: tsyncio
`;

export class ReplServer {
  readonly session: ReplSession;
  readonly #compiler: ReplCompiler;
  readonly #scope: ReplScope;
  readonly #text: ReplText = new ReplText();
  readonly #server: REPLServer & Inside;
  readonly #isTerminal: boolean = process.stdin.isTTY === true && process.stdout.isTTY === true;
  /** What was typed while a line ran. */
  readonly #keys: Key[] = [];
  #inputs = 0;
  #isCompleting = false;
  /** Called when a line has ended. */
  #ready: (() => void) | null = null;
  readonly #closed: Promise<void>;
  #isClosed = false;
  readonly #interrupted = (): void => {
    if (this.session.isBusy) this.session.cancel();
    else this.#server.emit("SIGINT");
  };

  constructor(compiler: ReplCompiler) {
    this.#compiler = compiler;
    this.#scope = new ReplScope(compiler.helpers);
    this.session = new ReplSession(this.#scope);
    loopOf(this.session.run.scheduler).setExceptionHandler((_loop, report) => console.log(this.#text.report(report)));
    // In front of the first prompt, at which somebody may press it.
    process.on("SIGINT", this.#interrupted);
    const output = this.#isTerminal ? screenOf(process.stdout) : process.stdout;
    const options: ReplOptions & { readonly handleError: (error: unknown) => unknown } = {
      prompt: "> ",
      input: this.#isTerminal ? process.stdin : new PassThrough(),
      output,
      terminal: this.#isTerminal,
      useGlobal: true,
      handleError: (error) => this.#uncaught(error),
      eval: (source, _context, _file, end) => this.#evaluate(source.replace(/\n$/, ""), end),
    };
    this.#server = start(options) as REPLServer & Inside;
    const uncaught = (error: unknown): unknown => this.#uncaught(error);
    // Before Node 26 the server has no option for it.
    this.#server._domain?.removeAllListeners("error").on("error", uncaught);
    process.on("uncaughtException", uncaught);
    this.#closed = new Promise((resolve) => {
      this.#server.once("exit", () => {
        this.#isClosed = true;
        resolve();
      });
    });
    this.#hintAtCoroutines();
    this.#completeAtOnce();
    this.#defineCommands();
    if (this.#isTerminal) {
      this.#keepKeys();
      const isTyping = (): boolean => !this.session.isBusy && !this.#isClosed;
      this.#closed.then(printAbovePrompt(this.#server, output, isTyping));
      this.#server.setupHistory(historyFile(), () => {});
    }
  }

  /** Until the prompt is closed. */
  async serve(): Promise<void> {
    if (!this.#isTerminal) await this.#serveLines();
    await this.#closed;
    process.off("SIGINT", this.#interrupted);
  }

  /** Of a file or a pipe: one line after the other, each when the one before has ended. */
  async #serveLines(): Promise<void> {
    const lines = createInterface({ input: process.stdin });
    this.#closed.then(() => lines.close());
    for await (const line of lines) {
      this.#server.write(`${line}\n`);
      if (this.session.isBusy) await new Promise<void>((resolve) => (this.#ready = resolve));
      // The reports of what has failed come before the next line.
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#isClosed) return;
    }
    this.#server.close();
  }

  #evaluate(source: string, end: (error: Error | null, value?: unknown) => void): void {
    if (this.#isCompleting) {
      end(null, new Script(source).runInThisContext());
      return;
    }
    const name = `REPL${this.#inputs + 1}`;
    const { parameters } = this.#scope;
    let input: ReturnType<ReplCompiler["compileReplInput"]>;
    try {
      input = this.#compiler.compileReplInput(source, { name, parameters });
    } catch (error) {
      this.#print(this.#text.error(error));
      end(null);
      return;
    }
    if (input === "incomplete") end(new Recoverable(new SyntaxError("the input ends too early")));
    else if (input === null) end(null);
    else {
      this.#inputs++;
      this.#text.add(name, input);
      this.#setRaw(false);
      this.session.evaluate(input, name, (outcome) => this.#ended(outcome, end));
    }
  }

  #ended(outcome: Outcome, end: (error: Error | null, value?: unknown) => void): void {
    this.#setRaw(true);
    switch (outcome.kind) {
      case "value":
        end(null, outcome.value);
        break;
      case "failed":
        this.#server.lastError = outcome.error;
        this.#print(this.#text.error(outcome.error));
        end(null);
        break;
      case "cancelled":
        this.#print("(cancelled)");
        end(null);
        break;
      case "left":
        this.#print(LEFT);
        end(null);
    }
    this.#ready?.();
    this.#ready = null;
    for (const key of this.#keys.splice(0)) this.#server._ttyWrite(...key);
    setImmediate(() => this.session.tellFailures());
  }

  /** Thrown by a callback of the platform, or a rejection that nobody has handled: the session goes on. */
  #uncaught(error: unknown): "ignore" {
    // What Node's domains leave on an error.
    if (error instanceof Error) Reflect.deleteProperty(error, "domainThrown");
    this.#server.lastError = error;
    this.#print(this.#text.error(error));
    if (!this.session.isBusy && !this.#isClosed) this.#server.displayPrompt();
    return "ignore";
  }

  #print(text: string): void {
    this.#server.output.write(`${text}\n`);
  }

  /** While a line runs the terminal makes signals of keys: of Ctrl-C, and also of those that end or stop a process that is stuck. */
  #setRaw(isRaw: boolean): void {
    if (this.#isTerminal) process.stdin.setRawMode(isRaw);
  }

  #keepKeys(): void {
    const write = this.#server._ttyWrite.bind(this.#server);
    this.#server._ttyWrite = (...key) => {
      if (this.session.isBusy) this.#keys.push(key);
      else write(...key);
    };
  }

  #hintAtCoroutines(): void {
    const { writer } = this.#server;
    this.#server.writer = (value) => {
      const text = writer(value);
      if (!isCoroutine(value) || (value as Coroutine).taken()) return text;
      this.session.wasShown(value);
      return `${text}\n${HINT}`;
    };
  }

  /** For completion Node evaluates what stands in front of the dot, which is a name or a member of one. */
  #completeAtOnce(): void {
    const { completer } = this.#server;
    this.#server.completer = (line, callback) => {
      this.#isCompleting = true;
      try {
        completer.call(this.#server, line, callback);
      } finally {
        this.#isCompleting = false;
      }
    };
  }

  #defineCommands(): void {
    const server = this.#server;
    const help = server.commands["help"]!.action;
    server.defineCommand("ps", {
      help: "Show the tasks, and what each waits for",
      action: () => {
        this.#print(this.#server.writer(showTasks()));
        server.displayPrompt();
      },
    });
    server.defineCommand("help", {
      help: "Print this help message",
      action(text) {
        // It ends with a prompt.
        server.output.write(MORE);
        help.call(server, text);
      },
    });
  }
}

/** As Node's, apart from it: the inputs are of another language. Empty: none is kept. */
function historyFile(): string {
  return process.env["TSYNCIO_REPL_HISTORY"] ?? join(homedir(), ".tsyncio_repl_history");
}
