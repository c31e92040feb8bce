import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { CommandError } from "./commandError.js";

/** What the command needs of `@tsyncio/eslint-plugin/check`. */
export interface Checker {
  check(options: CheckOptions): CheckResult;
}

export interface CheckOptions {
  readonly cwd: string;
  readonly files: readonly string[];
  readonly project: string | undefined;
  readonly lowered: boolean;
}

export interface CheckResult {
  readonly files: number;
  readonly findings: readonly Finding[];
}

export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly rule: string;
  readonly message: string;
  readonly source: string;
}

/**
 * The lint rules that the project has installed, or else those beside this package.
 *
 * @throws CommandError where they, or the ESLint that they run in, are not installed
 */
export async function loadChecker(cwd: string): Promise<Checker> {
  for (const from of [join(cwd, "package.json"), fileURLToPath(import.meta.url)]) {
    let path: string;
    try {
      path = createRequire(from).resolve("@tsyncio/eslint-plugin/check");
    } catch {
      continue;
    }
    try {
      return (await import(pathToFileURL(path).href)) as Checker;
    } catch (error) {
      if ((error as { code?: unknown }).code !== "ERR_MODULE_NOT_FOUND") throw error;
      throw missing("eslint", "npm install -D eslint");
    }
  }
  throw missing("@tsyncio/eslint-plugin", "npm install -D @tsyncio/eslint-plugin");
}

function missing(name: string, remedy: string): CommandError {
  return new CommandError(
    `\`tsyncio check\` needs the package ${name}, which is not installed; install it: ${remedy}`,
    2,
  );
}
