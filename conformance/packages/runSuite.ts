// @tsyncio-off
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Suite } from "./suite.ts";
import { type Outcomes, readTap } from "./tap.ts";

/** How a suite ended. */
export interface SuiteRun {
  readonly outcomes: Outcomes;
  readonly output: string;
  readonly seconds: number;
}

/** A suite whose tests wait for what never starts may not end. */
const LIMIT = 600_000;

const node24: string = fileURLToPath(new URL("../../node_modules/node24/bin/node", import.meta.url));

/** The Node that suites run on where none is asked for: 24, as several of the packages ask for more than our oldest. */
export const suiteNode: string = existsSync(node24) ? node24 : process.execPath;

/** Runs the suite of a package in a folder, offline, and reads what it says. */
export function runSuite(suite: Suite, folder: string, node: string): Promise<SuiteRun> {
  const start = performance.now();
  const [file = "", ...rest] = suite.command;
  const path = [join(folder, "node_modules/.bin"), dirname(node), process.env["PATH"]].join(delimiter);
  // What a test runner told this process is not for its children.
  const outer = Object.entries(process.env).filter(([name]) => !name.startsWith("NODE_"));
  const environment = {
    ...Object.fromEntries(outer),
    ...suite.environment,
    PATH: path,
    FORCE_COLOR: "0",
    NO_COLOR: "1",
    CI: "1",
  };
  return new Promise((resolve, reject) => {
    const child = spawn(file, rest, {
      cwd: folder,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const chunks: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on("data", (chunk) => chunks.push(chunk));
    child.stderr.on("data", (chunk) => errors.push(chunk));
    const timer = setTimeout(() => endGroup(child), LIMIT);
    child.on("error", reject);
    child.on("close", () => {
      clearTimeout(timer);
      const output = Buffer.concat(chunks).toString();
      const seconds = (performance.now() - start) / 1000;
      resolve({ outcomes: readTap(output), output: output + Buffer.concat(errors).toString(), seconds });
    });
  });
}

function endGroup(child: ChildProcess): void {
  if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
}
