/**
 * Preloaded in front of any program, prints on SIGUSR2 what its tasks do, and the call graph of the one that was made last:
 *
 *     node --import @tsyncio/compiler/register --import ./examples/inside/onSignal.ts examples/inside/deadlock.ts
 *     kill -USR2 PID
 */
import { allTasks } from "tsyncio";
import { printCallGraph, printTasks } from "tsyncio/debug";

process.on("SIGUSR2", () => {
  printTasks({ limit: 3 });
  console.log();
  const last = [...allTasks()].at(-1);
  if (last) printCallGraph(last);
});
