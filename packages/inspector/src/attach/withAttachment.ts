import { Attachment, type AttachOptions } from "./attachment.js";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Attaches to a process for as long as something is done, and leaves it as it was, also where this process is to end meanwhile by a
 * signal: that takes effect when the other process has been left.
 *
 * @param use - is told by its `AbortSignal` to come to an end
 */
export async function withAttachment<T>(
  pid: number,
  options: AttachOptions,
  use: (attachment: Attachment, ending: AbortSignal) => Promise<T>,
): Promise<T> {
  const ending = new AbortController();
  let caught: NodeJS.Signals | undefined;
  let attachment: Attachment | undefined;
  const end = (signal: NodeJS.Signals): void => {
    caught ??= signal;
    ending.abort();
    // What is under way fails by this.
    void attachment?.detach();
  };
  for (const signal of SIGNALS) process.on(signal, end);
  try {
    attachment = await Attachment.to(pid, options);
    return await use(attachment, ending.signal);
  } finally {
    await attachment?.detach();
    for (const signal of SIGNALS) process.off(signal, end);
    if (caught !== undefined) {
      // Libraries of the terminal listen as well, and would let the process end as if nothing had been.
      process.removeAllListeners(caught);
      process.kill(process.pid, caught);
    }
  }
}
