/** What `events` takes a source for, where it has the shape of several. */
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { describe, test } from "node:test";
import { events } from "tsyncio/interop";

describe("The events", () => {
  test("of one that has addListener() of another kind, as MediaQueryList has, by addEventListener()", async () => {
    class Query extends EventTarget {
      addListener(): never {
        throw new Error("takes one function");
      }
      removeListener(): never {
        return this.addListener();
      }
    }
    const query = new Query();
    using changes = events(query, "change");
    query.dispatchEvent(new Event("change"));
    assert.equal((await changes.next()).value?.type, "change");
  });

  test("of one that is an emitter, too, are those of the emitter, also by their type", async () => {
    class Socket extends EventTarget {
      onmessage: ((event: MessageEvent) => void) | null = null;
      readonly emitter = new EventEmitter();
      on(name: string, listener: (...args: unknown[]) => void): void {
        this.emitter.on(name, listener);
      }
      off(name: string, listener: (...args: unknown[]) => void): void {
        this.emitter.off(name, listener);
      }
    }
    const socket = new Socket();
    using messages: AsyncIterableIterator<[data: string, isBinary: boolean]> & Disposable = events(socket, "message");
    socket.emitter.emit("message", "hello", false);
    assert.deepEqual((await messages.next()).value, ["hello", false]);
  });
});
