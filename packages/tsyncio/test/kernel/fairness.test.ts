import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttpServer, get } from "node:http";
import { type AddressInfo, connect, createServer } from "node:net";
import { describe, test } from "node:test";
import { coroutine, createTask, getRunningLoop, run, sleep, until } from "tsyncio";

/** A task that never gives the host a turn by itself, for as long as a native operation takes. */
async function whileSpinning(operation: () => Promise<unknown>): Promise<number> {
  return run(
    coroutine(function* () {
      let turns = 0;
      const spinner = createTask(
        coroutine(function* () {
          for (;;) {
            turns++;
            yield* sleep(0);
          }
        })(),
      );
      yield* until(operation());
      spinner.cancel();
      return turns;
    }),
  );
}

describe("fairness", () => {
  test("a task that spins on sleep(0) does not stop a setTimeout of the same process", async () => {
    const turns = await whileSpinning(() => new Promise((resolve) => setTimeout(resolve, 5)));
    assert.ok(turns > 0, String(turns));
  });

  test("nor a loopback socket", async () => {
    const server = createServer((socket) => socket.pipe(socket)).listen(0, "127.0.0.1");
    await once(server, "listening");
    await whileSpinning(async () => {
      const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
      for (const word of ["one", "two", "three"]) {
        socket.write(word);
        const [data] = (await once(socket, "data")) as [Buffer];
        assert.equal(data.toString(), word);
      }
      socket.destroy();
    });
    server.close();
  });

  test("nor an HTTP request", async () => {
    const server = createHttpServer((_request, response) => response.end("answer")).listen(0, "127.0.0.1");
    await once(server, "listening");
    await whileSpinning(async () => {
      const request = get({ port: (server.address() as AddressInfo).port, host: "127.0.0.1", agent: false });
      const [response] = (await once(request, "response")) as [NodeJS.ReadableStream];
      let body = "";
      for await (const part of response) body += part.toString();
      assert.equal(body, "answer");
    });
    server.close();
  });

  test("nor a timer of the loop itself", async () => {
    await run(
      coroutine(function* () {
        const spinner = createTask(
          coroutine(function* () {
            for (;;) yield* sleep(0);
          })(),
        );
        yield* sleep(5);
        spinner.cancel();
      }),
    );
  });

  test("nor do callbacks that schedule each other, or tasks that wake each other through promises", async () => {
    await run(
      coroutine(function* () {
        const loop = getRunningLoop();
        let on = true;
        const again = (): void => {
          if (on) loop.callSoon(again);
        };
        again();
        const promises = createTask(
          coroutine(function* () {
            while (on) yield* until(Promise.resolve());
          })(),
        );
        yield* until(new Promise((resolve) => setTimeout(resolve, 5)));
        on = false;
        yield* promises;
      }),
    );
  });

  test("a lone task does not pay a host turn per switch", async () => {
    let [hostTurns, counting] = [0, true];
    const count = (): void => {
      hostTurns++;
      if (counting) setImmediate(count);
    };
    await run(
      coroutine(function* () {
        setImmediate(count);
        for (let turn = 0; turn < 10_000; turn++) yield* sleep(0);
        counting = false;
      }),
    );
    assert.ok(hostTurns < 500, `${hostTurns} host turns for 10 000 switches`);
  });

  test("the order of callbacks is kept when a slice of time ends within an iteration", async () => {
    const events = await run(
      coroutine(function* () {
        const order: number[] = [];
        const loop = getRunningLoop();
        const busy = (id: number): void => {
          const end = performance.now() + 0.4;
          while (performance.now() < end);
          order.push(id);
          if (id < 20) loop.callSoon(busy, id + 20);
        };
        for (let id = 0; id < 20; id++) loop.callSoon(busy, id);
        while (order.length < 40) yield* sleep(0);
        return order;
      }),
    );
    assert.deepEqual(
      events,
      Array.from({ length: 40 }, (_, id) => id),
    );
  });
});
