/**
 * Sockets: TCP, Unix and TLS streams, servers, datagrams. On Node, Deno and Bun.
 *
 * @module
 */

export { IncompleteReadError, LimitOverrunError } from "../streams/streamErrors.js";
export { type ByteSource, type Separator, StreamReader, type StreamReaderOptions } from "../streams/streamReader.js";
export { type ByteSink, type StartTlsOptions, StreamWriter, type WriteBufferLimits } from "../streams/streamWriter.js";
export type { Connection } from "./connection.js";
export {
  type Address,
  createDatagramEndpoint,
  type Datagram,
  DatagramEndpoint,
  type DatagramOptions,
} from "./datagram.js";
export { type AddressInfo, getaddrinfo } from "./getaddrinfo.js";
export {
  type ConnectionOptions,
  openConnection,
  openUnixConnection,
  type UnixConnectionOptions,
} from "./openConnection.js";
export { Server } from "./server.js";
export {
  type ClientHandler,
  type ServerOptions,
  startServer,
  startUnixServer,
  type UnixServerOptions,
} from "./startServer.js";
export type { Tls, TlsSettings } from "./tlsOptions.js";
