import type { AttachOptions } from "./attachment.js";
import { withAttachment } from "./withAttachment.js";

export interface TopOptions extends AttachOptions {
  /** Milliseconds between two looks; more where a look holds the process up for more than a twentieth of that. Default: 2000. */
  readonly interval?: number;
}

/**
 * Shows the unfinished tasks of a running process on the terminal of this one, and goes on doing so until one quits.
 *
 * @throws AttachError as `ps` does, and where the process ends meanwhile
 * @example
 * ```ts
 * await top(4711, { interval: 500 });
 * ```
 */
export async function top(pid: number, options: TopOptions = {}): Promise<void> {
  // React's build for development keeps a measurement of each rendering.
  process.env["NODE_ENV"] ??= "production";
  // Where this is set Ink draws the last screen alone, even on a terminal.
  process.env["CI"] = "false";
  const { TopScreen } = await import("./top/TopScreen.js");
  await withAttachment(pid, options, async (attachment, ending) => {
    await (await TopScreen.open(attachment, options.interval ?? 2000)).run(ending);
  });
}
