/** Standard input, output and error. */
import type { Readable } from "node:stream";
import { StreamReader } from "../streams/streamReader.js";
import { StreamWriter } from "../streams/streamWriter.js";

/**
 * Standard input. It is read while a task waits for it, so it keeps the process alive no longer than that. Lines may be 64 KiB long; a program that
 * expects longer ones says so by `stdin.limit = 1 << 20`.
 *
 * @example
 * ```ts
 * for await (const line of stdin.lines()) stdout.write(`${line.toUpperCase()}\n`);
 * ```
 */
export const stdin: StreamReader = onDemand(() => process.stdin);

/** Standard output. It is never closed: `close()` is an error of the platform. */
export const stdout: StreamWriter = new StreamWriter(process.stdout);

/** Standard error. */
export const stderr: StreamWriter = new StreamWriter(process.stderr);

/** Reads from a stream, which is opened with the first read, only while a task waits for more. */
function onDemand(open: () => Readable): StreamReader {
  const reader = new StreamReader();
  let stream: Readable | null = null;
  const opened = (): Readable => {
    if (stream) return stream;
    stream = open();
    stream.on("data", (chunk: Buffer) => reader.feedData(chunk));
    stream.once("end", () => reader.feedEof());
    stream.once("error", (error) => reader.setException(error));
    return stream;
  };
  reader.setSource({ pause: () => stream?.pause(), resume: () => opened().resume() }, true);
  return reader;
}
