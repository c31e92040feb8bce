/**
 * Processes: started, fed, read, ended. On Node, Deno and Bun.
 *
 * @module
 */
export { StreamReader } from "../streams/streamReader.js";
export { StreamWriter } from "../streams/streamWriter.js";
export {
  createSubprocessExec,
  createSubprocessShell,
  type Stdio,
  type SubprocessOptions,
} from "./createSubprocess.js";
export { type CommunicateOptions, Process } from "./process.js";
export { type CompletedProcess, type RunProcessOptions, runProcess } from "./runProcess.js";
export { CalledProcessError, ProcessLookupError, type ProcessOutput } from "./subprocessErrors.js";
