import type { Writable } from "node:stream";

/** What streams of Node have, and their types do not tell. */
interface Inside {
  readonly _handle?: { readonly writeQueueSize?: number } | null;
  readonly _writableState: { readonly writing: boolean; onwrite(error?: Error): void };
}

/**
 * After an interruption: the engine may have cut a function short that was about to write, `finally` blocks and all, and the stream would wait for
 * the end of that write for ever. Where the operating system has nothing more to write, it has ended.
 */
export function resumeWriting(stream: Writable): void {
  setImmediate(() => {
    const { _handle, _writableState } = stream as Writable & Inside;
    if (_writableState.writing && !_handle?.writeQueueSize) _writableState.onwrite();
  });
}
