/** What the tests of the set-up folders share: where these are, their tools, and how they are run. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Output, WORKSPACE } from "../support.js";

/** The folder that has a folder for each tool. */
export const SETUP: string = join(WORKSPACE, "examples/setup");

/** A Node that has `using`, and that every tool runs on. */
export const NEW_NODE: string = binary("node24/bin/node") ?? process.execPath;

/** A program among the packages of the workspace, if it is installed. */
export function binary(path: string, ending = process.platform === "win32" ? ".exe" : ""): string | undefined {
  const found = join(WORKSPACE, "node_modules", path + ending);
  return existsSync(found) ? found : undefined;
}

/** What every folder prints that runs `examples/setup/program`. */
export const PROGRAM_OUTPUT = `b has come
b is cleaned up
a has come
a is cleaned up
[ 'A', 'B' ]
c is cleaned up
c is cancelled: true
`;

/** What it reports: the line and the column of the source, behind whatever the tool puts in front of its path. */
export const PROGRAM_REPORT = `coroutine 'download' was never awaited
    made at …/program/main.ts:15:3
    It never ran: await it, or run it beside the caller with createTask(download(…))
`;

/** Why the tests of a folder, by its name or its path, are skipped, or false. */
export function missing(place: string, tool: string): string | false {
  try {
    requireOf(place).resolve(tool);
    return false;
  } catch {
    return `${tool} is not installed for ${resolve(SETUP, place)}; npm ci does it`;
  }
}

/** The tool of a folder. */
export async function toolOf<T>(place: string, tool: string): Promise<T> {
  return (await import(pathToFileURL(requireOf(place).resolve(tool)).href)) as T;
}

function requireOf(place: string): NodeJS.Require {
  return createRequire(resolve(SETUP, place, "package.json"));
}

/** `npm start` in a folder. */
export function npmStart(place: string, node: string = process.execPath): Output {
  const { stdout, stderr, status } = run(node, "npm", ["start", "--silent"], join(SETUP, place));
  return { stdout, stderr: stderr.replace(/made at \S+?(?=\/program\/)/, "made at …"), status };
}

/** Runs a program of Node. */
export function runNode(node: string, cwd: string, args: readonly string[]): Output {
  return run(node, node, args, cwd);
}

function run(node: string, command: string, args: readonly string[], cwd: string): Output {
  const PATH = `${dirname(node)}${delimiter}${process.env["PATH"]}`;
  // What npm and the test runner told this process is not for its children.
  const outer = Object.entries(process.env).filter(([name]) => !/^npm_|^NODE_|^INIT_CWD$/i.test(name));
  const env = { ...Object.fromEntries(outer), PATH, NO_COLOR: "1", npm_config_loglevel: "silent" };
  const shell = process.platform === "win32" && command === "npm";
  const { stdout, stderr, status } = spawnSync(command, args, { cwd, env, shell, encoding: "utf8", timeout: 600_000 });
  return { stdout, stderr, status };
}
