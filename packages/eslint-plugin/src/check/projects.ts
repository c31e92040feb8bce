/** The TypeScript programs of a project: by its `tsconfig.json` and those that it refers to. */
import { dirname, resolve } from "node:path";
import ts from "typescript";
import { CheckError } from "./checkError.js";

/** A program, and the files in it that are the project's own. */
export interface Project {
  readonly program: ts.Program;
  readonly files: readonly string[];
}

/**
 * The programs of a `tsconfig.json`.
 *
 * @throws CheckError where it cannot be read
 */
export function projectsOf(config: string): Project[] {
  const projects: Project[] = [];
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const parsed = read(path);
    for (const reference of parsed.projectReferences ?? []) visit(ts.resolveProjectReferencePath(reference));
    if (parsed.fileNames.length === 0) return;
    const program = ts.createProgram({ rootNames: parsed.fileNames, options: { ...parsed.options, noEmit: true } });
    projects.push({ program, files: parsed.fileNames.filter((file) => !/\.d\.[cm]?ts$/.test(file)) });
  };
  visit(config);
  return projects;
}

/** A program of single files: with the options of the nearest `tsconfig.json`, where there is one. */
export function projectOf(files: readonly string[]): Project {
  const config = findConfig(dirname(files[0]!));
  const options = config === undefined ? DEFAULTS : read(config).options;
  return {
    program: ts.createProgram({ rootNames: files, options: { ...options, allowJs: true, noEmit: true } }),
    files,
  };
}

/** The nearest `tsconfig.json`, in a folder or above it. */
export function findConfig(folder: string): string | undefined {
  return ts.findConfigFile(folder, ts.sys.fileExists);
}

const DEFAULTS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  skipLibCheck: true,
};

function read(path: string): ts.ParsedCommandLine {
  const problems: ts.Diagnostic[] = [];
  const host: ts.ParseConfigFileHost = {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (problem) => problems.push(problem),
  };
  const parsed = ts.getParsedCommandLineOfConfigFile(resolve(path), {}, host);
  const [problem] = problems;
  if (parsed !== undefined && problem === undefined) return parsed;
  const reason = problem === undefined ? "it is not there" : ts.flattenDiagnosticMessageText(problem.messageText, "\n");
  throw new CheckError(`cannot read ${path}: ${reason}`);
}
