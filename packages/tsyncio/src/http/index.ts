/**
 * HTTP servers of others, with coroutines behind them: what each of them needs, and none brings along.
 *
 * @module
 */
export type { ResponseLike, SignalHolder, SocketLike } from "./client.js";
export { type CloseServerOptions, closeServer, type ServerLike } from "./closeServer.js";
export { whileConnected } from "./whileConnected.js";
