/** At which TCP ports of this machine itself a process listens. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** The address and the port of one's own machine, by which to reach it: `127.0.0.1:9229` or `[::1]:9229`. */
export type Listener = string;

/** Those of a process that can be reached from its own machine; undefined where the platform does not tell. */
export function listenersOf(pid: number): Listener[] | undefined {
  try {
    if (process.platform === "linux") return linuxListeners(pid);
    if (process.platform === "win32") return parseNetstat(run("netstat", ["-ano", "-p", "tcp"]), pid);
    return parseLsof(run("lsof", ["-nP", "-a", "-p", String(pid), "-iTCP", "-sTCP:LISTEN", "-Fn"]));
  } catch {
    return undefined;
  }
}

/** Whether anybody listens at a port where Node would open its inspector. */
export function isTaken(pid: number, port: number): boolean {
  if (process.platform !== "linux") return false;
  return linuxSockets(pid).some(({ listener }) => listener === `127.0.0.1:${port}`);
}

/** What `lsof -Fn` prints: a line for each socket that begins with `n`. */
export function parseLsof(text: string): Listener[] {
  return [...text.matchAll(/^n(.*):(\d+)$/gm)].flatMap(([, host = "", port = ""]) => reached(host, port));
}

/** What `netstat -ano` prints; the word for the state depends on the language, the foreign address does not. */
export function parseNetstat(text: string, pid: number): Listener[] {
  const lines = text.matchAll(/^\s*TCP\s+(\S+):(\d+)\s+(?:0\.0\.0\.0|\[::\]):0\s+\S+\s+(\d+)\s*$/gm);
  return [...lines].flatMap(([, host = "", port = "", owner]) => (Number(owner) === pid ? reached(host, port) : []));
}

function linuxListeners(pid: number): Listener[] {
  const own = new Set<string>();
  const folder = `/proc/${pid}/fd`;
  for (const name of readdirSync(folder)) {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`${folder}/${name}`))?.[1];
      if (inode !== undefined) own.add(inode);
    } catch {
      // Closed meanwhile.
    }
  }
  return linuxSockets(pid).flatMap(({ listener, inode }) => (own.has(inode) ? [listener] : []));
}

/** Every listening socket of the network in which the process is. */
function linuxSockets(pid: number): { listener: Listener; inode: string }[] {
  return ["tcp", "tcp6"].flatMap((family) => {
    let text: string;
    try {
      text = readFileSync(`/proc/${pid}/net/${family}`, "utf8");
    } catch {
      return [];
    }
    const lines = text.matchAll(/^ *\d+: ([0-9A-F]+):([0-9A-F]{4}) \S+ 0A (?:\S+ +){5}(\d+)/gm);
    return [...lines].flatMap(([, host = "", port = "", inode = ""]) =>
      reached(hostOf(host), String(Number.parseInt(port, 16))).map((listener) => ({ listener, inode })),
    );
  });
}

/** Of an address as `/proc/net` has it: its bytes, in each four the last one first. */
function hostOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => Buffer.from(word, "hex").reverse().toJSON().data);
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.every((byte) => byte === 0)) return "[::]";
  return bytes.every((byte, index) => byte === (index === 15 ? 1 : 0)) ? "[::1]" : "";
}

function reached(host: string, port: string): Listener[] {
  if (host === "*" || host === "0.0.0.0" || host === "[::]") return [`127.0.0.1:${port}`];
  return host.startsWith("127.") || host === "[::1]" ? [`${host}:${port}`] : [];
}

function run(program: string, args: readonly string[]): string {
  return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}
