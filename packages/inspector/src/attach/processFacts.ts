/**
 * What has to be known of a process before it is touched: a signal that a process does not expect ends it.
 *
 * On Linux all of it stands in `/proc`; on other platforms there is the name of the program alone.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import { AttachError } from "./attachError.js";

export interface ProcessFacts {
  readonly pid: number;
  /** Its own number where it has other numbers than we: in a container. */
  readonly innerPid: number;
  /** What it was started with, `NODE_OPTIONS` included, where that can be read. */
  readonly options: string;
}

/**
 * Looks whether there is a process of Node that we may signal and reach.
 *
 * @throws AttachError where there is none
 */
export function factsOf(pid: number): ProcessFacts {
  if (pid === process.pid) throw new AttachError(`process ${pid} is this command itself`);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EPERM") throw notPermitted(pid);
    throw noProcess(pid);
  }
  if (process.platform === "linux") return linuxFacts(pid);
  const program = process.platform === "win32" ? "node" : programByPs(pid);
  if (!isNode(program)) throw notNode(pid, program);
  return { pid, innerPid: pid, options: "" };
}

/** Whether the process has ended, or is just about to be reaped. */
export function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform === "linux" && /^State:\s*[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "EPERM";
  }
}

/** @throws AttachError where the process is stopped, by Ctrl-Z or a signal */
export function throwIfStopped(pid: number): void {
  if (process.platform !== "linux" || !/^State:\s*T/m.test(readFileSync(`/proc/${pid}/status`, "utf8"))) return;
  throw new AttachError(`process ${pid} is stopped and answers nothing; let it go on: kill -CONT ${pid}`);
}

/** The processes that it has started itself and that run. */
export function childrenOf(pid: number): string[] {
  if (process.platform !== "linux") return [];
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean);
    return children.map((child) => `${child} (${readFileSync(`/proc/${child}/comm`, "utf8").trim()})`);
  } catch {
    return [];
  }
}

export function noProcess(pid: number): AttachError {
  return new AttachError(`there is no process ${pid}`);
}

/** The bit of SIGUSR1 among the signals that a process catches. */
const USR1 = 1n << 9n;

function linuxFacts(pid: number): ProcessFacts {
  const home = `/proc/${pid}`;
  let status: string;
  let program: string;
  let options: string;
  try {
    status = readFileSync(`${home}/status`, "utf8");
    if (/^State:\s*[ZX]/m.test(status)) throw noProcess(pid);
    const whole = /^Tgid:\s*(\d+)$/m.exec(status)?.[1] ?? `${pid}`;
    if (whole !== `${pid}`) throw new AttachError(`${pid} is a thread of process ${whole}, which has to be named`);
    program = basename(readlinkSync(`${home}/exe`)).replace(/ \(deleted\)$/, "");
    options = readFileSync(`${home}/cmdline`, "utf8").replaceAll("\0", " ");
    options += /(?:^|\0)NODE_OPTIONS=([^\0]*)/.exec(readFileSync(`${home}/environ`, "utf8"))?.[1] ?? "";
  } catch (error) {
    if (error instanceof AttachError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EACCES" || code === "EPERM") throw notPermitted(pid);
    // What has no program file is a thread of the kernel.
    if (code === "ENOENT" && !isGone(pid)) throw notNode(pid, "a part of the kernel");
    throw noProcess(pid);
  }
  const field = (name: string): string => new RegExp(`^${name}:\\s*(.*)$`, "m").exec(status)?.[1] ?? "";
  if (!isNode(program) && !hasThread(home, "SignalInspector")) throw notNode(pid, program);
  throwIfStopped(pid);
  if (readlinkSync(`${home}/ns/net`) !== readlinkSync("/proc/self/ns/net"))
    throw new AttachError(`process ${pid} has a network of its own (a container?); run the command in there`);
  if ((BigInt(`0x${field("SigCgt")}`) & USR1) === 0n && !/--inspect(?!-port)/.test(options))
    throw new AttachError(
      `process ${pid} opens no inspector by SIGUSR1: it has only just started, or was told so (--disable-sigusr1)`,
    );
  return { pid, innerPid: Number(field("NSpid").split("\t").at(-1) ?? pid), options };
}

function isNode(program: string): boolean {
  return /^(?:node|nodejs|iojs)(?:[-.\d]*)(?:\.exe)?$/i.test(program);
}

/** Node names its threads since version 22. */
function hasThread(home: string, name: string): boolean {
  return readdirSync(`${home}/task`).some((id) => {
    try {
      return readFileSync(`${home}/task/${id}/comm`, "utf8").trim() === name;
    } catch {
      return false;
    }
  });
}

function programByPs(pid: number): string {
  try {
    return basename(execFileSync("ps", ["-o", "comm=", "-p", String(pid)], { encoding: "utf8" }).trim());
  } catch {
    throw noProcess(pid);
  }
}

function notNode(pid: number, program: string): AttachError {
  return new AttachError(`process ${pid} is not Node but ${program}`);
}

function notPermitted(pid: number): AttachError {
  const advice =
    process.getuid?.() === 0
      ? "may not be looked into, even by root: the system has taken away that right (a container?)"
      : "belongs to another user; run the command as that user, or as root";
  return new AttachError(`process ${pid} ${advice}`);
}
