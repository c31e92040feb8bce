/**
 * The rules without a configuration of ESLint: what `tsyncio check` runs.
 *
 * @module
 */
import "../ownTypeScript.js";

import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, extname, join, parse as parsePath, resolve } from "node:path";
import { createFileFilter } from "@tsyncio/compiler/filter";
import * as parser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import { plugin } from "../plugin.js";
import { CheckError } from "./checkError.js";
import { findConfig, type Project, projectOf, projectsOf } from "./projects.js";

export { CheckError };

/** What to check. */
export interface CheckOptions {
  /** The folder that paths are relative to. Default: that of the process. */
  readonly cwd?: string;
  /** The files to check. Default: those of the project. */
  readonly files?: readonly string[];
  /** The `tsconfig.json`, or its folder. Default: the nearest above `cwd`, and for each of `files` the nearest above that. */
  readonly project?: string | undefined;
  /** Whether `async` functions are lowered. Default: true. */
  readonly lowered?: boolean;
}

/** Something that a rule has found. */
export interface Finding {
  /** The whole path. */
  readonly file: string;
  /** Counted from 1, as the column is. */
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** The name of the rule, or "syntax". */
  readonly rule: string;
  readonly message: string;
  /** The line of the source. */
  readonly source: string;
}

/** What was found, and in how many files was looked. */
export interface CheckResult {
  readonly files: number;
  /** In the order of the files, and in each in the order of the lines. */
  readonly findings: readonly Finding[];
}

/**
 * Checks the files of a project with the recommended rules, and with its types. No configuration of ESLint is read; its comments
 * (`eslint-disable-next-line @tsyncio/…`) count.
 *
 * @throws CheckError where there is nothing to check, or a file is not there
 * @example
 * ```ts
 * const { findings } = check({ files: ["src/main.ts"] });
 * for (const { file, line, message } of findings) console.log(`${file}:${line}: ${message}`);
 * ```
 */
export function check(options: CheckOptions = {}): CheckResult {
  const { cwd = process.cwd(), files = [], lowered = true } = options;
  const named = files.map((file) => existing(cwd, file));
  const config = options.project === undefined ? undefined : configAt(cwd, options.project);
  const projects = named.length > 0 ? forFiles(named, config) : projectsOf(config ?? nearestConfig(cwd));
  const findings = new Map<string, Finding[]>();
  for (const { program, files: own } of projects) {
    for (const file of own.map((path) => resolve(path))) {
      if (!findings.has(file)) findings.set(file, lint(file, program, lowered));
    }
  }
  if (findings.size === 0) throw new CheckError(`${config ?? findConfig(cwd)} names no files`);
  const paths = [...findings.keys()].sort();
  return { files: paths.length, findings: paths.flatMap((path) => findings.get(path)!) };
}

const ENDINGS: ReadonlySet<string> = new Set([".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs", ".jsx"]);

const isLowered = createFileFilter();
const PREFIX = "@tsyncio/";

function existing(cwd: string, file: string): string {
  const path = resolve(cwd, file);
  if (!existsSync(path)) throw new CheckError(`there is no file "${file}"`);
  if (statSync(path).isDirectory())
    throw new CheckError(`"${file}" is a directory; name its files, or its project: --project ${file}`);
  if (!ENDINGS.has(extname(path))) throw new CheckError(`"${file}" is neither TypeScript nor JavaScript`);
  return path;
}

function configAt(cwd: string, project: string): string {
  const path = resolve(cwd, project);
  if (!existsSync(path)) throw new CheckError(`there is no project "${project}"`);
  if (!statSync(path).isDirectory()) return path;
  const config = join(path, "tsconfig.json");
  if (!existsSync(config)) throw new CheckError(`there is no tsconfig.json in "${project}"`);
  return config;
}

function nearestConfig(cwd: string): string {
  const config = findConfig(cwd);
  if (config === undefined)
    throw new CheckError(`there is no tsconfig.json in ${cwd} or above it; name the files to check`);
  return config;
}

/** The programs that named files belong to; those that belong to none get one of their own, by folder. */
function forFiles(files: readonly string[], config: string | undefined): Project[] {
  const projects: Project[] = [];
  const open = new Set(files);
  const configs = new Set(config === undefined ? files.flatMap((file) => findConfig(dirname(file)) ?? []) : [config]);
  for (const path of configs) {
    for (const { program, files: own } of projectsOf(path)) {
      const found = own.map((file) => resolve(file)).filter((file) => open.delete(file));
      if (found.length > 0) projects.push({ program, files: found });
    }
  }
  for (const folder of new Set([...open].map((file) => dirname(file)))) {
    projects.push(projectOf([...open].filter((file) => dirname(file) === folder)));
  }
  return projects;
}

/** @throws CheckError where the `package.json` is wrong that says what is lowered */
function lint(file: string, program: Project["program"], lowered: boolean): Finding[] {
  const text = readFileSync(file, "utf8");
  try {
    isLowered(file, text);
  } catch (error) {
    throw new CheckError((error as Error).message);
  }
  // A configuration of ESLint speaks of the files below a folder: here of all.
  const linter = new Linter({ cwd: parsePath(file).root });
  const config: Linter.Config[] = [
    {
      files: ["**/*.{ts,mts,cts,tsx,js,mjs,cjs,jsx}"],
      languageOptions: { parser: parser as Linter.Parser, parserOptions: { programs: [program] } },
      linterOptions: { reportUnusedDisableDirectives: "off", reportUnusedInlineConfigs: "off" },
      settings: { tsyncio: { lowered } },
    },
    ...plugin.configs.rules,
  ];
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/);
  return linter.verify(text, config, { filename: file }).flatMap((found): Finding[] => {
    const { ruleId, line, message, fatal } = found;
    const source = lines[line - 1] ?? "";
    // The parser counts the columns of its errors from 0.
    const column = fatal === true ? found.column + 1 : found.column;
    const { endLine = line, endColumn = column + 1 } = found;
    const place = { file, line, column, endLine, endColumn };
    if (fatal === true) return [{ ...place, rule: "syntax", message: message.replace("Parsing error: ", ""), source }];
    // Comments of the project may speak of rules that are not here.
    if (ruleId?.startsWith(PREFIX) !== true) return [];
    return [{ ...place, rule: ruleId.slice(PREFIX.length), message, source }];
  });
}
