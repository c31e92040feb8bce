import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";

/** The folder of this package. Compiled tests are two folders below it. */
export const PACKAGE: string = fileURLToPath(new URL("../..", import.meta.url));
export const WORKSPACE: string = join(PACKAGE, "../..");

/**
 * The Nodes that the loader is tried on, by what they are called in a test: the running one, and beside the oldest also
 * Node 22, on which `npm test` does not run everything.
 */
export const NODES: ReadonlyMap<string, string> = new Map(
  [
    [`Node ${process.versions.node}`, process.execPath] as const,
    ...(process.versions.node.startsWith("20.") ? ["node22"] : []).map(
      (name) => [name, join(WORKSPACE, "node_modules", name, "bin/node")] as const,
    ),
  ].filter(([, path]) => existsSync(path)),
);

/** The major version in the name of one of {@link NODES}. */
export function majorOf(node: string): number {
  return Number(/\d+/.exec(node)?.[0]);
}

/** A folder with files in it, which is removed after the test. */
export function folder(t: TestContext, files: Readonly<Record<string, string>>, parent: string = tmpdir()): string {
  mkdirSync(parent, { recursive: true });
  const path = mkdtempSync(join(parent, "lowering-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return path;
}

/** What a program said. */
export interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

/** Runs a file of a folder under the loader. */
export function runLowered(
  node: string,
  directory: string,
  file: string,
  variables?: Readonly<Record<string, string>>,
): Output {
  return runNode(node, directory, ["--import", REGISTER, file], variables);
}

export const REGISTER: string = join(PACKAGE, "dist/register.js");

/** Runs Node in a folder. */
export function runNode(
  node: string,
  cwd: string,
  args: readonly string[],
  variables?: Readonly<Record<string, string>>,
): Output {
  const { stdout, stderr, status } = spawnSync(node, args, { cwd, env: environment(variables), encoding: "utf8" });
  return { stdout, stderr, status };
}

/** The variables for a program of a test, free of what this process was told. */
export function environment(variables?: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const { NODE_TEST_CONTEXT, ...others } = process.env;
  return { ...others, NODE_OPTIONS: "", NODE_V8_COVERAGE: "", TSYNCIO_CACHE: "", ...variables };
}
