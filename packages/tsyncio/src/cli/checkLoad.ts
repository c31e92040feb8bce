import { join } from "node:path";
import { findPackage, missingPackage } from "./findPackage.js";

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
  const url = findPackage("check", "@tsyncio/eslint-plugin/check", join(cwd, "package.json"));
  try {
    return (await import(url)) as Checker;
  } catch (error) {
    if ((error as { code?: unknown }).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw missingPackage("check", "eslint");
  }
}
