/** From a stream of the platform into a reader. */
import type { Readable } from "node:stream";
import type { StreamReader } from "./streamReader.js";

/**
 * Feeds the reader with what the stream gives, until the function that it returns is called. A stream may have failed, or be closed, before
 * the task that has opened it goes on.
 */
export function feed(reader: StreamReader, stream: Readable): () => void {
  const listeners: readonly (readonly [string, (value: never) => void])[] = [
    ["data", (chunk: Uint8Array) => reader.feedFromHost(chunk)],
    ["end", () => reader.feedEof()],
    ["error", (error: unknown) => reader.setException(error)],
    [
      "close",
      () => {
        if (!reader.over) reader.feedEof();
      },
    ],
  ];
  for (const [event, listener] of listeners) stream.on(event, listener as (value: unknown) => void);
  if (stream.errored) reader.setException(stream.errored);
  else if (stream.closed) reader.feedEof();
  reader.setSource(stream);
  return () => {
    for (const [event, listener] of listeners) stream.off(event, listener as (value: unknown) => void);
  };
}
