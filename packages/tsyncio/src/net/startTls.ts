/** Turning a connection to TLS. */
import type { Socket } from "node:net";
import { connect, TLSSocket, type TLSSocketOptions } from "node:tls";
import { withTimeout } from "../concurrency/withTimeout.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { InvalidStateError } from "../kernel/errors.js";
import { hidden } from "../kernel/hidden.js";
import { happened } from "../streams/happened.js";
import { connectionLost } from "../streams/streamErrors.js";
import type { StartTlsOptions, StreamWriter } from "../streams/streamWriter.js";
import type { Wire } from "./connection.js";
import { clientOptions, handshakeTimeout, serverOptions } from "./tlsOptions.js";

/** Encrypts what goes over the wire; see `StreamWriter.startTls`. */
export function startTls(wire: Wire, writer: StreamWriter, tls: unknown, options: StartTlsOptions): Coroutine<void> {
  const { serverSide = wire.serverSide, serverHostname } = options;
  const limit = handshakeTimeout(options.tlsHandshakeTimeout);
  if (serverSide) {
    const accepting: TLSSocketOptions = { ...serverOptions(tls), isServer: true };
    return upgrade(wire, writer, (socket) => new TLSSocket(socket, accepting), "secure", limit);
  }
  const asking = clientOptions(tls, undefined, serverHostname);
  return upgrade(wire, writer, (socket) => connect({ ...asking, socket }), "secureConnect", limit);
}

const upgrade = hidden(
  "StreamWriter.startTls",
  function* (
    wire: Wire,
    writer: StreamWriter,
    encrypt: (socket: Socket) => TLSSocket,
    done: string,
    limit: number,
  ): Generator<unknown, void, unknown> {
    yield writer.drain();
    if (writer.isClosing()) throw new InvalidStateError("the connection is closed, or closing");
    const socket = writer.stream as Socket;
    let encrypted: TLSSocket | null = null;
    try {
      if (wire.over) throw connectionLost();
      // From here on the bytes are those of the handshake, also those that have come already.
      const early = wire.detach();
      socket.pause();
      if (early.length > 0) socket.unshift(early);
      const made = encrypt(socket);
      made.on("error", () => {});
      yield withTimeout(limit, () => happened(made, done));
      encrypted = made;
    } finally {
      if (!encrypted) writer.abort();
    }
    wire.attach(encrypted);
    writer.moveTo(encrypted);
  },
);
