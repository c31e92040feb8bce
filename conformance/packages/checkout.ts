// @tsyncio-off
/** Copies of a checkout, one for each form of its sources, so that the checkout itself stays as it is. */
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { lower } from "@tsyncio/compiler";
import type { Form, Suite } from "./suite.ts";

/** What a copy is made of. */
export interface Copy {
  readonly folder: string;
  readonly files: number;
  readonly functions: number;
}

const library: string = fileURLToPath(new URL("../../packages/tsyncio/", import.meta.url));

/** What is wrong with the checkout of a suite, in words that say what to do; `null` where nothing is. */
export function unfitness(suite: Suite, from: string): string | null {
  const folder = join(from, suite.name);
  const { name, version, commit, repository } = suite;
  if (!existsSync(join(folder, "package.json"))) {
    return `${name}: there is no checkout in ${folder}; clone ${repository} there, at commit ${commit}`;
  }
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version?: string };
  if (manifest.version !== version) {
    return `${name}: ${folder} has version ${manifest.version}, the suite was recorded with ${version} (commit ${commit})`;
  }
  const head = existsSync(join(folder, ".git")) ? git(folder, "rev-parse", "HEAD") : commit;
  if (!head.startsWith(commit)) return `${name}: ${folder} is at ${head}, the suite was recorded at ${commit}`;
  const missing = suite.needs.filter((need) => !existsSync(join(folder, "node_modules", need)));
  if (missing.length > 0) {
    return `${name}: ${missing.join(", ")} not installed in ${folder}; run npm install --ignore-scripts there`;
  }
  return null;
}

/**
 * Copies the checkout into `into`, with its sources in the given form. Its dependencies are those of the checkout; what lowered code imports
 * stands in the folder around the copy.
 */
export function copyOf(suite: Suite, from: string, into: string, form: Form): Copy {
  const original = realpathSync(join(from, suite.name));
  const around = join(into, form);
  const folder = join(around, suite.name);
  rmSync(around, { recursive: true, force: true });
  const left = new RegExp(suite.without ?? "^$");
  cpSync(original, folder, {
    recursive: true,
    filter: (path) => {
      const place = relative(original, path).replaceAll("\\", "/");
      return !/^(node_modules|\.git|coverage|\.nyc_output)$/.test(place) && (place === "" || !left.test(place));
    },
  });
  symlinkSync(join(original, "node_modules"), join(folder, "node_modules"), "junction");
  if (form === "native") return { folder, files: 0, functions: 0 };
  placeLibrary(join(around, "node_modules"), form);
  let files = 0;
  let functions = 0;
  for (const path of sourcesOf(suite, folder)) {
    const source = readFileSync(join(folder, path), "utf8");
    const { code } = lower(source, { filename: path, sourceMap: false });
    if (code === source) continue;
    files += 1;
    functions += code.match(/\$site\d*\(/g)?.length ?? 0;
    writeFileSync(join(folder, path), code);
  }
  return { folder, files, functions };
}

/** The files of a copy that are the package's own sources. */
function sourcesOf(suite: Suite, folder: string): string[] {
  const all = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const pattern = new RegExp(suite.sources);
  return all.filter((path) => pattern.test(path.replaceAll("\\", "/")));
}

function placeLibrary(modules: string, form: Form): void {
  const place = join(modules, "tsyncio");
  mkdirSync(place, { recursive: true });
  cpSync(join(library, "dist"), join(place, "dist"), { recursive: true });
  const manifest = JSON.parse(readFileSync(join(library, "package.json"), "utf8"));
  if (form !== "lowered") {
    cpSync(fileURLToPath(new URL(`${form}.mjs`, import.meta.url)), join(place, `${form}.mjs`));
    manifest.exports["./syntax"] = `./${form}.mjs`;
  }
  writeFileSync(join(place, "package.json"), JSON.stringify(manifest));
}

function git(folder: string, ...command: string[]): string {
  return execFileSync("git", ["-C", folder, ...command], { encoding: "utf8" }).trim();
}
