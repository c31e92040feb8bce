/** What is known of a connection, under asyncio's names. */
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";

type Known = Partial<Socket> & Partial<TLSSocket>;

const QUESTIONS: Readonly<Record<string, (stream: Known) => unknown>> = {
  socket: (stream) => ("remoteAddress" in stream ? stream : undefined),
  peername: ({ remoteAddress, remotePort }) => pair(remoteAddress, remotePort),
  sockname: ({ localAddress, localPort }) => pair(localAddress, localPort),
  sslObject: (stream) => (stream.encrypted ? stream : undefined),
  peercert: (stream) => stream.getPeerCertificate?.(),
  cipher: (stream) => stream.getCipher?.(),
  alpnProtocol: (stream) => stream.alpnProtocol,
};

/** Undefined where it is not known, or does not apply. */
export function extraInfo(stream: object, name: string): unknown {
  return Object.hasOwn(QUESTIONS, name) ? QUESTIONS[name]?.(stream) : undefined;
}

function pair(address: string | undefined, port: number | undefined): [string, number] | undefined {
  return address === undefined || port === undefined ? undefined : [address, port];
}
