import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openSignalReceiver } from "tsyncio/signals";
import { Child } from "../support/child.js";

describe("openSignalReceiver", () => {
  test("gives the signals one after another, in place of cancelling the run; when it is closed they cancel it again", async () => {
    const child = new Child(`
      import { coroutine, run, sleep } from "tsyncio";
      import { openSignalReceiver } from "tsyncio/signals";
      const say = (text) => process.stdout.write(text + "\\n");
      await run(coroutine(function* () {
        const signals = openSignalReceiver("SIGINT", "SIGHUP");
        say("ready");
        say((yield* signals.next()).value);
        say((yield* signals.next()).value);
        signals.close();
        say(String((yield* signals.next()).done));
        try { yield* sleep("1h"); } finally { say("cleaned"); }
      }));`);
    await child.says("ready");
    child.kill("SIGINT");
    await child.says("SIGINT");
    child.kill("SIGHUP");
    await child.says("true");
    child.kill("SIGINT");
    assert.deepEqual(
      [(await child.ended).stdout, (await child.ended).status],
      ["ready\nSIGINT\nSIGHUP\ntrue\ncleaned\n", 130],
    );
  });

  test("bad arguments are told at once, and nothing is listened to then", () => {
    const before = process.listenerCount("SIGHUP");
    assert.throws(() => openSignalReceiver("SIGHUP", "SIGKILL"), /a signal that a process can handle, not "SIGKILL"/);
    assert.throws(() => openSignalReceiver(7 as never), /a signal is a name, such as "SIGHUP", not 7/);
    assert.throws(() => (openSignalReceiver as () => unknown)(), /openSignalReceiver takes at least one signal/);
    assert.equal(process.listenerCount("SIGHUP"), before);
  });
});
