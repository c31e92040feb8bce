/**
 * A client of Redis on the sockets of tsyncio: pipelined, cancelled, timed out. It starts a `redis-server` of its own, on a socket in a temporary folder, and
 * stops it at the end. `npx tsyncio run examples/redis.ts` prints
 *
 *     PING gives PONG
 *     10000 increments at once: the last gives 10000
 *     half of 10000 cancelled on their way: each of the others has its own reply: true
 *     BLPOP: not done within 50 ms; the next reply is the one to its command: true
 *     ERR wrong number of arguments for 'get' command
 *     the server is gone: Redis has closed the connection
 */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTask, gather, run, withTimeout } from "tsyncio";
import { mkdtemp, rm } from "tsyncio/files";
import { createSubprocessExec } from "tsyncio/subprocess";
import { RedisClient, RedisError } from "./redis/client.ts";

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "tsyncio-redis-"));
  try {
    const socket = join(folder, "redis.sock");
    const settings = ["--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder];
    await using server = await createSubprocessExec("redis-server", ...settings, { stdout: "pipe" });
    for await (const line of server.stdout!.lines()) if (/ready to accept connections/i.test(line)) break;
    await using redis = await RedisClient.connect(socket);
    await tryOut(redis);
    await redis.command("SHUTDOWN", "NOSAVE");
  } catch (error) {
    console.log(`the server is gone: ${(error as Error).message}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function tryOut(redis: RedisClient): Promise<void> {
  console.log("PING gives", await redis.command("PING"));

  const numbers = Array.from({ length: 10_000 }, (_, number) => number);
  const counts = await gather(numbers.map(() => redis.command("INCR", "count")));
  console.log(`${counts.length} increments at once: the last gives ${counts.at(-1)}`);

  const tasks = numbers.map((number) => createTask(redis.command("ECHO", number)));
  // Half of them are cancelled when all of them have been sent; some of these have their reply by then.
  await redis.command("PING");
  for (const number of numbers) if (number % 2 === 0) tasks[number]?.cancel();
  const replies = await gather(tasks, { returnExceptions: true });
  const own = replies.every((reply, number) => tasks[number]?.cancelled() || reply === String(number));
  console.log(`half of ${tasks.length} cancelled on their way: each of the others has its own reply: ${own}`);

  try {
    // The server waits for a second: longer than we do.
    await withTimeout("50ms", () => redis.command("BLPOP", "nothing", 1));
  } catch (error) {
    const next = await redis.command("ECHO", "next");
    console.log(`BLPOP: ${(error as Error).message}; the next reply is the one to its command: ${next === "next"}`);
  }

  try {
    await redis.command("GET");
  } catch (error) {
    if (error instanceof RedisError) console.log(error.message);
  }
}

await run(main());
