import nodeModule from "node:module";
import workerThreads, { type Worker, type WorkerOptions } from "node:worker_threads";

/**
 * Gives what the program starts by itself, its worker threads and forked processes, a module to import first, as
 * `node --import` would have done. Where a program says itself what its threads are started with, that counts.
 */
export function passOn(url: string): void {
  process.execArgv.push("--import", url);
  workerThreads.Worker = new Proxy(workerThreads.Worker, {
    construct(target, [file, options]: [string | URL, WorkerOptions?], newTarget) {
      const make = (execArgv: string[]): Worker =>
        Reflect.construct(target, [file, { ...options, execArgv }], newTarget);
      if (options?.execArgv !== undefined) return make(options.execArgv);
      try {
        return make(process.execArgv);
      } catch (error) {
        // Some options of a process are none of a thread, which shares what they did.
        if ((error as { code?: unknown }).code !== "ERR_WORKER_INVALID_EXEC_ARGV") throw error;
        return make(["--import", url]);
      }
    },
  });
  nodeModule.syncBuiltinESMExports();
}
