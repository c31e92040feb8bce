/** Requests that go out: `fetch`, and undici's own. Where the task is cancelled, the server sees the connection closed. */
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import type { ServerResponse } from "node:http";
import { describe } from "node:test";
import {
  abortSignal,
  createTask,
  Event,
  gather,
  getRunningLoop,
  Queue,
  sleep,
  TimeoutError,
  until,
  withTimeout,
} from "tsyncio";
import { fetch as undiciFetch, request as undiciRequest } from "undici";
import { type Form, forms, inBothForms } from "../support/forms.js";
import { withHttp } from "../support/httpPeers.js";

/** A site that answers, that says nothing, and that never ends; it knows who has left. */
class Site {
  readonly asked = new Event();
  readonly bothAsked = new Event();
  readonly left = new Queue<string>();

  readonly answer = (path: string, response: ServerResponse): void => {
    if (path === "/drops") {
      response.write("drop ");
      const timer = setInterval(() => response.write("drop "), 5);
      response.on("close", () => clearInterval(timer));
    } else if (path !== "/silent") response.end(`this is ${path}`);
    response.on("close", () => {
      if (!response.writableEnded) this.left.putNowait(path);
    });
    if (this.asked.isSet()) this.bothAsked.set();
    this.asked.set();
  };
}

type Reading = (form: Form, url: string) => Generator<unknown, string, any>;

const ways: Record<string, Reading> = {
  *"fetch with abortSignal()"({ wait }, url) {
    const response = yield* wait(fetch(url, { signal: abortSignal() }));
    return yield* wait(response.text());
  },
  *"fetch in until()"({ fn, wait }, url) {
    return yield* wait(
      until((signal) =>
        fn("read", function* () {
          const response = yield* wait(fetch(url, { signal }));
          return (yield* wait(response.text())) as string;
        })(),
      ),
    );
  },
  *"undici's fetch"({ wait }, url) {
    const response = yield* wait(undiciFetch(url, { signal: abortSignal() }));
    return yield* wait(response.text());
  },
  *"undici's request"({ wait }, url) {
    const { body } = yield* wait(undiciRequest(url, { signal: abortSignal() }));
    return yield* wait(body.text());
  },
};

for (const [name, way] of Object.entries(ways)) {
  describe(name, () => {
    const check = (
      sentence: string,
      body: (
        read: (url: string) => PromiseLike<string>,
        site: Site,
        url: string,
        form: Form,
      ) => Generator<unknown, void, any>,
    ): void =>
      inBothForms(sentence, async (form) => {
        const site = new Site();
        const read = form.fn("read", function* (url: string) {
          return yield* way(form, url);
        });
        await withHttp(
          ({ url }, response) => site.answer(url ?? "", response),
          function* (port) {
            yield* body(read, site, `http://127.0.0.1:${port}`, forms[0]!);
          },
        );
      });

    check("gives the answer", function* (read, site, url, { wait }) {
      assert.equal(yield* wait(read(`${url}/page`)), "this is /page");
      assert.equal(site.left.size, 0);
    });

    check("a task that is cancelled before the headers closes the connection", function* (read, site, url) {
      const task = createTask(read(`${url}/silent`));
      yield* site.asked.wait();
      task.cancel();
      assert.equal(yield* site.left.get(), "/silent");
      assert.equal(task.cancelled(), true);
    });

    check(
      "a time limit in the middle of the body closes the connection, and is a TimeoutError",
      function* (read, site, url, { wait }) {
        let caught: unknown;
        let expire = (): void => {};
        try {
          const limited = withTimeout("1h", (scope) => {
            expire = () => {
              scope.deadline = getRunningLoop().time();
            };
            return read(`${url}/drops`);
          });
          const task = createTask(limited);
          yield* site.asked.wait();
          expire();
          yield* wait(task);
        } catch (error) {
          caught = error;
        }
        assert.ok(caught instanceof TimeoutError, String(caught));
        assert.equal(yield* site.left.get(), "/drops");
      },
    );

    check("several at once that are cancelled close all their connections", function* (read, site, url, { wait }) {
      const task = createTask(gather(read(`${url}/drops`), read(`${url}/silent`)));
      yield* site.bothAsked.wait();
      task.cancel();
      assert.deepEqual([yield* site.left.get(), yield* site.left.get()].sort(), ["/drops", "/silent"]);
    });

    check("a hundred requests of one task leave no listener on its signal", function* (read, _site, url, { wait }) {
      const signal = abortSignal();
      for (let n = 0; n < 100; n++) yield* wait(read(`${url}/${n}`));
      // What fetch keeps of the last ones, it lets go of with the response.
      for (let n = 0; n < 2000 && getEventListeners(signal, "abort").length > 0; n++) {
        gc?.();
        yield* sleep(5);
      }
      assert.equal(getEventListeners(signal, "abort").length, 0);
    });
  });
}
