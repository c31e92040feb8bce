import { type Instance, render } from "ink";
import { AttachError } from "../attachError.js";
import type { Attachment } from "../attachment.js";
import { readMain } from "../readProcess.js";
import type { Look } from "../readTasks.js";
import { rowOf, type TaskRow } from "../taskRows.js";
import { type Arrangement, AT_FIRST, arrange, eachKey, type Key, press, within } from "./arrange.js";
import { pageOf, screenLines } from "./screenText.js";
import { TopView } from "./TopView.js";

/** The process is held up for at most such a part of its time. */
const SHARE = 1 / 20;
/** Rows that have come onto the screen get their lines so soon, in milliseconds. */
const SOON = 150;
/** And at most such a part of the time is spent with that. */
const SHARE_OF_KEYS = 1 / 5;

/** The live view of one process, on the terminal. */
export class TopScreen {
  readonly #attachment: Attachment;
  readonly #interval: number;
  readonly #cwd: string = process.cwd();
  #arrangement: Arrangement = AT_FIRST;
  #look!: Look;
  #all: TaskRow[] = [];
  #rows: TaskRow[] = [];
  #trouble: string | undefined;
  #instance: Instance | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  #ended = false;
  #end: (error?: unknown) => void = () => {};

  private constructor(attachment: Attachment, interval: number) {
    this.#attachment = attachment;
    this.#interval = interval;
  }

  /** With the first look at the process. */
  static async open(attachment: Attachment, interval: number): Promise<TopScreen> {
    const screen = new TopScreen(attachment, interval);
    screen.#take(await screen.#read());
    return screen;
  }

  /** Shows the tasks until one quits. */
  async run(ending: AbortSignal): Promise<void> {
    const { stdout } = process;
    const resized = (): void => this.#draw();
    const quit = (): void => this.#end();
    const ended = new Promise<void>((resolve, reject) => {
      this.#end = (error) => (error === undefined ? resolve() : reject(error));
    });
    stdout.write(ALTERNATE_SCREEN);
    stdout.on("resize", resized);
    ending.addEventListener("abort", quit);
    try {
      this.#instance = render(this.#view(), { exitOnCtrlC: false, patchConsole: false });
      this.#lookIn(this.#pause);
      await ended;
    } finally {
      this.#ended = true;
      clearTimeout(this.#timer);
      stdout.off("resize", resized);
      ending.removeEventListener("abort", quit);
      this.#instance?.unmount();
      stdout.write(FORMER_SCREEN);
    }
  }

  #view(): React.ReactElement {
    const { columns = 80, rows: height = 24 } = process.stdout;
    const screen = {
      pid: this.#attachment.pid,
      look: this.#look,
      rows: this.#rows,
      arrangement: this.#arrangement,
      trouble: this.#trouble,
      pause: this.#pause,
      cwd: this.#cwd,
    };
    return <TopView lines={screenLines(screen, columns, height)} onKey={(input, key) => this.#press(input, key)} />;
  }

  #draw(): void {
    this.#instance?.rerender(this.#view());
  }

  #press(input: string, key: Key): void {
    for (const [one, its] of eachKey(input, key)) {
      const next = press(this.#arrangement, one, its, this.#rows.length, this.#page);
      if (next === undefined) {
        this.#end();
        return;
      }
      this.#arrange(next);
    }
    this.#draw();
    if (this.#arrangement.paused) clearTimeout(this.#timer);
    else
      this.#lookIn(this.#shown().some(({ at }) => at === "") ? SOON + this.#look.heldUp / SHARE_OF_KEYS : this.#pause);
  }

  /** Milliseconds between two looks. */
  get #pause(): number {
    return Math.max(this.#interval, this.#look.heldUp / SHARE);
  }

  get #page(): number {
    return pageOf(process.stdout.rows ?? 24);
  }

  #shown(): TaskRow[] {
    const { offset } = this.#arrangement;
    return this.#rows.slice(offset, offset + this.#page);
  }

  /** The lines are asked for the rows that will be on the screen. */
  #read(): Promise<Look> {
    return readMain(this.#attachment, {
      lines: (graph) => {
        const rows = arrange(this.#rowsOf({ graph, places: new Map() }), this.#arrangement);
        const offset = within(this.#arrangement.offset, rows.length, this.#page);
        return rows.slice(offset, offset + this.#page).map(({ id }) => id);
      },
    });
  }

  #rowsOf(look: Pick<Look, "graph" | "places"> & Partial<Look>): TaskRow[] {
    return look.graph.tasks.map((task) => rowOf(look, task, this.#cwd));
  }

  #take(look: Look): void {
    this.#look = look;
    this.#all = this.#rowsOf(look);
    this.#arrange(this.#arrangement);
  }

  #arrange(arrangement: Arrangement): void {
    this.#rows = arrange(this.#all, arrangement);
    this.#arrangement = { ...arrangement, offset: within(arrangement.offset, this.#rows.length, this.#page) };
  }

  #lookIn(delay: number): void {
    clearTimeout(this.#timer);
    if (!this.#ended && !this.#looking) this.#timer = setTimeout(() => void this.#lookAgain(), delay);
  }

  async #lookAgain(): Promise<void> {
    this.#looking = true;
    try {
      const look = await this.#read();
      this.#trouble = undefined;
      if (!this.#arrangement.paused) this.#take(look);
    } catch (error) {
      if (!(error instanceof AttachError) || !this.#attachment.protocol.isOpen) {
        this.#end(error);
        return;
      }
      this.#trouble = error.message.split("\n").slice(0, 2).join(";");
    } finally {
      this.#looking = false;
    }
    this.#draw();
    if (!this.#arrangement.paused) this.#lookIn(this.#pause);
  }
}

const ALTERNATE_SCREEN = "\u001b[?1049h\u001b[H";
const FORMER_SCREEN = "\u001b[?1049l";
