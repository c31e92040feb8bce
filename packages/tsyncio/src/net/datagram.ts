/** Datagrams (UDP). */
import { createSocket, type RemoteInfo, type Socket, type SocketOptions } from "node:dgram";
import { librarySite } from "../kernel/codeSite.js";
import type { Coroutine } from "../kernel/coroutine.js";
import { ClosedResourceError } from "../kernel/errors.js";
import { hidden } from "../kernel/hidden.js";
import { noteCreated } from "../kernel/neverAwaited.js";
import { Ring } from "../kernel/ring.js";
import { currentRoot } from "../kernel/scheduler.js";
import { captureLine } from "../kernel/stackLine.js";
import { CLAIMING } from "../kernel/taskBits.js";
import { checkCount, checkFunction, unfit } from "../kernel/unfit.js";
import { type ItemIterator, iterate } from "../queues/itemIterator.js";
import { happened } from "../streams/happened.js";
import { HostQueue } from "../streams/hostQueue.js";
import { HostWait } from "../streams/hostWait.js";
import { noteOpen } from "../streams/openResources.js";
import { showFields } from "../streams/showFields.js";
import { WaitClosed } from "../streams/waitClosed.js";
import { checkPort } from "./checkPort.js";

const receiveSite = librarySite("DatagramEndpoint.receive");
const closedSite = librarySite("DatagramEndpoint.waitClosed");

/** An address and a port. */
export type Address = readonly [host: string, port: number];

/** What was received, and from whom. */
export interface Datagram {
  readonly data: Buffer;
  readonly address: Address;
}

/** Options of {@link createDatagramEndpoint}; at least one of the addresses, or the family, is needed. */
export interface DatagramOptions {
  /** Where to receive; port 0 lets the system pick one. */
  readonly localAddr?: Address | undefined;
  /** The one peer: others are not heard, and `send` needs no address. */
  readonly remoteAddr?: Address | undefined;
  /** Default: that of the addresses, else 4. */
  readonly family?: 4 | 6 | undefined;
  readonly reusePort?: boolean | undefined;
  readonly allowBroadcast?: boolean | undefined;
  /** Datagrams that wait to be received; more push out the oldest. Default: 1024. */
  readonly capacity?: number | undefined;
  /** Told of errors that come back, such as that nobody listens at the other end. The endpoint lives on. */
  readonly errorReceived?: ((error: Error) => void) | undefined;
}

/** A UDP socket; see {@link createDatagramEndpoint}. */
export class DatagramEndpoint implements AsyncIterable<Datagram> {
  /** The socket of the platform beneath: multicast, TTL and the like. */
  readonly socket: Socket;
  /** @internal */ readonly receiving: HostQueue = new HostQueue();
  /** @internal */ readonly closing: HostQueue = new HostQueue();
  /** @internal To be called when it is closed. */ released: () => void = () => {};
  readonly #received = new Ring<Datagram>();
  readonly #capacity: number;
  readonly #connected: boolean;
  #closed = false;
  /** How many were pushed out, since nobody has received them in time. */
  dropped = 0;

  /** @internal */
  constructor(socket: Socket, capacity: number, connected: boolean) {
    this.socket = socket;
    this.#capacity = capacity;
    this.#connected = connected;
    socket.on("message", (data: Buffer, { address, port }: RemoteInfo) =>
      this.#arrived({ data, address: [address, port] }),
    );
    socket.once("close", () => {
      this.#closed = true;
      this.receiving.wake(Number.POSITIVE_INFINITY, CLAIMING);
      this.closing.wake(Number.POSITIVE_INFINITY, CLAIMING);
    });
  }

  /** The own address. */
  address(): Address {
    const { address, port } = this.socket.address();
    return [address, port];
  }

  /**
   * Sends a datagram; text as UTF-8. Resolves when the system has taken it.
   *
   * @param address - needed where the endpoint is not connected
   * @throws TypeError where the address is missing, or is there on a connected endpoint
   */
  send(data: Uint8Array | string, address?: Address): Coroutine<void> {
    if (typeof data !== "string" && !(data instanceof Uint8Array)) throw unfit("send takes bytes or text", data);
    if (this.#connected === (address !== undefined))
      throw new TypeError(
        this.#connected ? "a connected endpoint sends to its peer alone" : "send needs an address: [host, port]",
      );
    return noteCreated(DatagramEndpoint.#send(this, data, address), this.send);
  }

  static readonly #send = hidden(
    "DatagramEndpoint.send",
    function* (
      endpoint: DatagramEndpoint,
      data: Uint8Array | string,
      address: Address | undefined,
    ): Generator<unknown, void, unknown> {
      if (endpoint.#closed) throw new ClosedResourceError("the endpoint is closed");
      const { socket } = endpoint;
      yield new Promise<void>((sent, failed) => {
        const done = (error: Error | null): void => (error ? failed(error) : sent());
        if (address) socket.send(data, address[1], address[0], done);
        else socket.send(data, done);
      });
    },
  );

  /**
   * The next datagram.
   *
   * @throws ClosedResourceError where the endpoint is closed
   */
  receive(): Coroutine<Datagram> {
    return noteCreated(new Receive(receiveSite, this, this.receiving), this.receive);
  }

  /** What is received, until the endpoint is closed. */
  [Symbol.asyncIterator](): ItemIterator<Datagram> {
    return iterate(() => new NextDatagram(receiveSite, this, this.receiving));
  }

  /** Closes it at once. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.socket.close();
    this.released();
  }

  /** Waits until it is closed, after `close()`. */
  waitClosed(): Coroutine<void> {
    return noteCreated(new WaitClosed(closedSite, this, this.closing), this.waitClosed);
  }

  [Symbol.asyncDispose](): Coroutine<void> {
    this.close();
    return new WaitClosed(closedSite, this, this.closing);
  }

  #arrived(datagram: Datagram): void {
    if (this.#received.size >= this.#capacity) {
      this.#received.shift();
      this.dropped++;
    }
    this.#received.push(datagram);
    this.receiving.wake(1, CLAIMING);
  }

  /** @internal Whether a receive need not wait. */
  get ready(): boolean {
    return this.#received.size > 0 || this.#closed;
  }

  /** @internal The next datagram; undefined where it is closed and everything was received. */
  next(): Datagram | undefined {
    return this.#received.size > 0 ? this.#received.shift() : undefined;
  }

  /** @internal */
  get gone(): boolean {
    return this.#closed;
  }

  toString(): string {
    return "a datagram endpoint";
  }

  static {
    showFields(DatagramEndpoint.prototype, "DatagramEndpoint", (endpoint) => ({
      address: endpoint.gone ? null : endpoint.address(),
      toBeReceived: endpoint.#received.size,
      dropped: endpoint.dropped,
    }));
  }
}

class Receive extends HostWait<Datagram, DatagramEndpoint> {
  ready(): boolean {
    return this.place.ready;
  }

  perform(): Datagram {
    const datagram = this.place.next();
    if (!datagram) throw new ClosedResourceError("the endpoint is closed");
    return datagram;
  }
}

/** A step of an iteration, which ends with the endpoint. */
class NextDatagram extends HostWait<IteratorResult<Datagram, undefined>, DatagramEndpoint> {
  ready(): boolean {
    return this.place.ready;
  }

  perform(): IteratorResult<Datagram, undefined> {
    const value = this.place.next();
    return value ? { value, done: false } : { value: undefined, done: true };
  }
}

/**
 * Opens a UDP socket (source: `loop.create_datagram_endpoint`). Errors that come back do not close it; see `errorReceived`.
 *
 * @throws what the platform says: `EADDRINUSE`, `EACCES`, …
 * @example
 * ```ts
 * await using endpoint = await createDatagramEndpoint({ localAddr: ["127.0.0.1", 0] });
 * for await (const { data, address } of endpoint) await endpoint.send(data, address);
 * ```
 */
export function createDatagramEndpoint(options: DatagramOptions): Coroutine<DatagramEndpoint> {
  if (typeof options !== "object" || options === null)
    throw unfit("createDatagramEndpoint takes options, such as { localAddr: [host, port] }", options);
  const { localAddr, remoteAddr, capacity = 1024, errorReceived } = options;
  checkAddress(localAddr, "localAddr");
  checkAddress(remoteAddr, "remoteAddr");
  checkCount(capacity, 1, "capacity");
  if (errorReceived) checkFunction(errorReceived, "errorReceived is a function");
  const family = options.family ?? ((localAddr ?? remoteAddr)?.[0].includes(":") ? 6 : 4);
  const { allowBroadcast, reusePort } = options;
  const settings: SocketOptions = { type: family === 6 ? "udp6" : "udp4", ...(reusePort && { reusePort }) };
  const line = captureLine(createDatagramEndpoint);
  const opening = opened(
    () => createSocket(settings),
    options,
    (socket) => {
      if (allowBroadcast) socket.setBroadcast(true);
      const made = new DatagramEndpoint(socket, capacity, remoteAddr !== undefined);
      socket.on("error", (error) => errorReceived?.(error));
      const name = (): string => `a datagram endpoint on ${made.gone ? "?" : made.address().join(":")}`;
      const closed = noteOpen({ describe: name, destroy: () => made.close() }, line, currentRoot());
      socket.once("close", closed);
      return made;
    },
  );
  return noteCreated(opening, createDatagramEndpoint);
}

function checkAddress(address: Address | undefined, name: string): void {
  if (address === undefined) return;
  if (!Array.isArray(address) || typeof address[0] !== "string") throw unfit(`${name} is [host, port]`, address);
  checkPort(address[1]);
}

const opened = hidden(
  "createDatagramEndpoint",
  function* (
    make: () => Socket,
    { localAddr, remoteAddr }: DatagramOptions,
    wrap: (socket: Socket) => DatagramEndpoint,
  ): Generator<unknown, DatagramEndpoint, unknown> {
    const socket = make();
    let open = false;
    try {
      if (localAddr || !remoteAddr) {
        socket.bind(localAddr?.[1] ?? 0, localAddr?.[0]);
        yield happened(socket, "listening");
      }
      if (remoteAddr) {
        socket.connect(remoteAddr[1], remoteAddr[0]);
        yield happened(socket, "connect");
      }
      open = true;
    } finally {
      if (!open) socket.close();
    }
    return wrap(socket);
  },
);
