/** A connection as a pair of reader and writer. */
import type { Socket } from "node:net";
import type { Root } from "../kernel/root.js";
import type { Captured } from "../kernel/stackLine.js";
import { feed } from "../streams/feed.js";
import { noteOpen } from "../streams/openResources.js";
import { StreamReader } from "../streams/streamReader.js";
import { StreamWriter } from "../streams/streamWriter.js";
import { startTls } from "./startTls.js";

/** What {@link openConnection} gives, and the handler of a server gets. */
export type Connection = [reader: StreamReader, writer: StreamWriter];

/** What lies between a socket and its reader. */
export interface Wire {
  /** Whether this end has accepted the connection. */
  readonly serverSide: boolean;
  /** Whether the peer sends nothing more. */
  readonly over: boolean;
  /** The reader gets nothing more; gives what nobody has taken yet. */
  detach(): Buffer;
  /** The reader gets what this socket receives. */
  attach(socket: Socket): void;
}

/** Where a connection comes from. */
export interface Origin {
  readonly serverSide: boolean;
  /** For people: "a connection to localhost:6379". */
  readonly name: string;
  /** The line of the program that has opened it. */
  readonly line: Captured;
  /** The run that closes it at its end. */
  readonly root: Root;
  readonly limit: number | undefined;
}

/** Makes reader and writer for a socket that is connected. */
export function connection(socket: Socket, { serverSide, name, line, root, limit }: Origin): Connection {
  const reader = new StreamReader({ limit });
  let stop = feed(reader, socket);
  const wire: Wire = {
    serverSide,
    get over() {
      return reader.over;
    },
    detach() {
      stop();
      return reader.surrender();
    },
    attach(other) {
      stop = feed(reader, other);
    },
  };
  const writer = new StreamWriter(socket, reader, (made, tls, options) => startTls(wire, made, tls, options));
  const resource = {
    describe: () => name,
    destroy: () => writer.abort(),
    closing: () => (writer.isClosing() ? writer.ended() : undefined),
  };
  if (!socket.closed) socket.once("close", noteOpen(resource, line, root));
  return [reader, writer];
}
