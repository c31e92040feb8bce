// Connections by the thousand, half of them cancelled at random moments, to a server in the same process: so both ends are tried.
import { readFileSync } from "node:fs";
import { coroutine, createTask, Event, gather, sleep } from "tsyncio";
import { openConnection, startServer } from "tsyncio/net";

const pem = (name) => readFileSync(new URL(`../../packages/tsyncio/test/net/fixtures/${name}.pem`, import.meta.url));
const AT_ONCE = 200;
/** One in so many speaks TLS. */
const TLS_EVERY = 20;
/** One line in so many is longer than what a writer holds before `drain()` waits. */
const LONG_EVERY = 10;
const limit = 2 ** 19;
/** What a client does one after the other: connect, three times three things, close. */
const MOMENTS = 11;

const echo = coroutine(function* (reader, writer) {
  for (;;) {
    const line = yield* reader.readLine();
    if (line.length === 0) return;
    writer.write(line);
    yield* writer.drain();
  }
});

/** Two servers, as long as `body` runs. Calls `body(soak)`, where `soak(count)` opens connections and counts what became of them. */
export const withServers = coroutine(function* (random, body) {
  const tls = { cert: pem("cert"), key: pem("key") };
  const plain = yield* startServer(echo, "127.0.0.1", 0, { limit });
  const encrypted = yield* startServer(echo, "127.0.0.1", 0, { tls, limit });
  try {
    yield* body((count, keepOpen = 0) => soak({ plain, encrypted, ca: tls.cert }, random, count, keepOpen));
  } finally {
    for (const server of [plain, encrypted]) yield* server[Symbol.asyncDispose]();
  }
});

/** @returns how many were done, were cancelled while they did what, and failed with what */
const soak = coroutine(function* (servers, random, count, keepOpen) {
  const outcome = { done: 0, cancelled: {}, failed: {} };
  for (let first = 0; first < count; first += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, index) => first + index);
    const clients = numbers.map((number) => {
      const moment = new Moment(Math.floor(random() * MOMENTS));
      const task = createTask(client(servers, number, random, moment, number < keepOpen));
      task.addDoneCallback(() => moment.come.set());
      return { moment, task };
    });
    const halfOfThem = clients.filter((_, index) => index % 2 === 1);
    yield* gather(halfOfThem.map(({ moment, task }) => cancelAt(moment, task, Math.floor(random() * 4))));
    for (const { moment, task } of clients) {
      try {
        yield* task;
        outcome.done++;
      } catch (error) {
        const [kind, what] = task.cancelled() ? [outcome.cancelled, moment.doing] : [outcome.failed, String(error)];
        kind[what] = (kind[what] ?? 0) + 1;
      }
    }
  }
  return outcome;
});

/** When a client is to be cancelled: with the so many-th thing that it does. */
class Moment {
  doing = "before it began";
  come = new Event();
  #left;

  constructor(number) {
    this.#left = number;
  }

  /** The client does something else from now on. */
  passes(doing) {
    this.doing = doing;
    if (this.#left-- === 0) this.come.set();
  }
}

const cancelAt = coroutine(function* ({ come }, task, turns) {
  yield* come.wait();
  for (let turn = 0; turn < turns; turn++) yield* sleep(0);
  task.cancel();
});

const client = coroutine(function* ({ plain, encrypted, ca }, number, random, moment, forget) {
  const secure = number % TLS_EVERY < 2;
  moment.passes(secure ? "connecting by TLS" : "connecting");
  const [reader, writer] = yield* secure
    ? openConnection("127.0.0.1", encrypted.port, { tls: { ca }, limit })
    : openConnection("127.0.0.1", plain.port, { limit });
  if (forget) return;
  try {
    for (let turn = 0; turn < 3; turn++) {
      const length = random() * (random() * LONG_EVERY < 1 ? limit / 2 : 5000);
      const line = `line ${turn} of ${number} ${"x".repeat(length)}\n`;
      moment.passes("draining");
      writer.write(line);
      yield* writer.drain();
      moment.passes("reading");
      const answer = String(yield* reader.readLine());
      if (answer !== line) throw new Error(`got ${answer.slice(0, 40)}… for ${line.slice(0, 40)}…`);
      moment.passes("sleeping");
      yield* sleep(random() * 10);
    }
    moment.passes("closing");
    writer.close();
    yield* writer.waitClosed();
  } finally {
    writer.abort();
  }
});
