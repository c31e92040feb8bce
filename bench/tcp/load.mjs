// The client of all servers, in a process of its own: node load.mjs '{"port":…}'. Prints one line of JSON.
import { connect } from "node:net";
import { processorTime } from "./processorTime.mjs";

const plan = JSON.parse(process.argv[2]);
const { port, pid, connections, size, window, warmUp, count } = plan;

let messages = -warmUp;
let stopping = false;
let start = 0;
let ms = 0;
let before;
let after;
const latencies = new Float64Array(count);

const clients = Array.from({ length: connections }, (_, index) => client(index));
await Promise.all(clients.map(({ connected }) => connected));
for (const { begin } of clients) begin();
await Promise.all(clients.map(({ ended }) => ended));
const sorted = latencies.sort();
console.log(
  JSON.stringify({
    ms,
    messages: count,
    cpuMs: before === undefined ? null : after - before,
    p50: sorted[Math.floor(sorted.length * 0.5)],
    p99: sorted[Math.floor(sorted.length * 0.99)],
  }),
);

/** Keeps `window` messages of `size` bytes under way; each must come back as it was sent. */
function client(index) {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const message = Buffer.alloc(size, index);
  const sentAt = [];
  let received = 0;
  let connected;
  let ended;
  const send = () => {
    sentAt.push(performance.now());
    socket.write(message);
  };
  socket.on("connect", () => connected());
  socket.on("data", (data) => {
    if (data[0] !== (index & 255) || data[data.length - 1] !== (index & 255))
      fail("other bytes came back than were sent");
    received += data.length;
    while (received >= size) {
      received -= size;
      const since = sentAt.shift();
      if (since === undefined) fail("more came back than was sent");
      came(since);
      if (!stopping) send();
      else if (sentAt.length === 0) socket.end();
    }
  });
  socket.on("end", () => {
    if (!stopping || sentAt.length > 0) fail("the server has closed the connection");
  });
  socket.on("close", () => ended());
  socket.on("error", (error) => fail(error.message));
  return {
    begin: () => {
      for (let sent = 0; sent < window; sent++) send();
    },
    connected: new Promise((resolve) => {
      connected = resolve;
    }),
    ended: new Promise((resolve) => {
      ended = resolve;
    }),
  };
}

/** A message is back that was sent at that time. */
function came(since) {
  const now = performance.now();
  if (messages >= 0 && messages < count) latencies[messages] = now - since;
  messages++;
  if (messages === 0) {
    before = processorTime(pid);
    start = performance.now();
  } else if (messages === count) {
    ms = now - start;
    after = processorTime(pid);
    stopping = true;
  }
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
