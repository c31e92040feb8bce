/** From a stream of the platform into a reader. */
import type { Readable } from "node:stream";
import type { StreamReader } from "./streamReader.js";

/** Feeds the reader with what the stream gives, until the function that it returns is called. */
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
  reader.setSource(stream);
  return () => {
    for (const [event, listener] of listeners) stream.off(event, listener as (value: unknown) => void);
  };
}
