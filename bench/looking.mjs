// Imported in front of a contender by overhead.mjs: what looks on is named by TSYNCIO_LOOKS.
import { coroutine, run, sleep } from "tsyncio";
import { addInstrument, removeInstrument, TraceRecorder } from "tsyncio/debug";

const looks = process.env.TSYNCIO_LOOKS;
const nothing = () => {};
const empty = {
  taskSpawned: nothing,
  taskScheduled: nothing,
  beforeTaskStep: nothing,
  taskWaits: nothing,
  afterTaskStep: nothing,
  taskExited: nothing,
};

if (looks === "empty") addInstrument(empty);
if (looks === "removed") {
  addInstrument(empty);
  await run(
    coroutine(function* () {
      for (let left = 1000; left > 0; left--) yield* sleep(0);
    }),
  );
  removeInstrument(empty);
}
if (looks === "trace") {
  const recorder = new TraceRecorder();
  addInstrument(recorder);
  process.on("exit", () => {
    const { events, eventCount } = recorder.trace();
    process.stderr.write(`bytes an event: ${events.length / eventCount}\n`);
  });
}
