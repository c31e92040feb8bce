/** A pool of processes. */
import { PoolExecutor, type PoolOptions } from "./poolExecutor.js";

/**
 * Runs functions in processes of their own (source: `concurrent.futures.ProcessPoolExecutor`): one that crashes takes nothing with it. Arguments and
 * results are copied.
 */
export class ProcessPoolExecutor extends PoolExecutor {
  constructor(
    options: Omit<PoolOptions, "onCancel"> & { readonly onCancel?: "terminate" | "abandon" | undefined } = {},
  ) {
    super("child_process", options);
    this.noteOpened(ProcessPoolExecutor);
  }
}
