// Several processes that run tests; one that says nothing for too long is ended, and the test that it was at has failed.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const CHILD = fileURLToPath(new URL("child.mjs", import.meta.url));
const FLAGS = ["--experimental-vm-modules", "--no-warnings", "--expose-gc", "--stack-size=500"];
/** Realms stay in memory for a while: a process is replaced after so many tests. */
const BATCH = 200;

/**
 * @param {string[]} names
 * @returns {Promise<import("./child.mjs").Outcome[]>}
 */
export async function runAll({ engine, root, names, helpers, processes, timeout, progress }) {
  const outcomes = [];
  const batches = [];
  for (let start = 0; start < names.length; start += BATCH) batches.push(names.slice(start, start + BATCH));
  const work = async () => {
    for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) {
      for (let left = batch; left.length > 0; ) {
        const done = await runBatch({ engine, root, names: left, helpers, timeout });
        const last = done.at(-1);
        if (last.isCut) Object.assign(last, await nativeAlone({ engine, root, names: [last.name], timeout }));
        outcomes.push(...done);
        left = left.slice(done.length);
        progress?.(outcomes.length);
      }
    }
  };
  await Promise.all(Array.from({ length: processes }, work));
  return outcomes;
}

/** What the engine by itself makes of a test that ended its process. */
async function nativeAlone(job) {
  const [{ native, started }] = await runBatch({ ...job, isNative: true });
  return { native: started ?? native };
}

/** The outcomes of the first tests of the list, at least one. */
function runBatch({ engine, root, names, helpers, timeout, isNative }) {
  return new Promise((resolve, reject) => {
    const outcomes = [];
    const child = fork(CHILD, { execPath: engine, execArgv: FLAGS, stdio: ["ignore", "ignore", "inherit", "ipc"] });
    const end = (why) => {
      clearTimeout(watchdog);
      child.removeAllListeners();
      child.kill("SIGKILL");
      if (outcomes.length < names.length && why !== null) {
        const name = names[outcomes.length];
        outcomes.push({ name, touched: true, started: why, lazy: why, native: null, isCut: true });
      }
      resolve(outcomes);
    };
    const late = () => end(`did not end within ${timeout / 1000} s`);
    let watchdog = setTimeout(late, timeout);
    child.on("message", (outcome) => {
      clearTimeout(watchdog);
      if (outcome === null) return end(null);
      outcomes.push(outcome);
      watchdog = setTimeout(late, timeout);
    });
    child.on("error", reject);
    child.on("exit", (status, signal) => end(`the process ended with ${signal ?? status}`));
    child.send({ root, names, helpers, isNative });
  });
}
