/** The pages of the site: the Markdown and the type declarations that the installed packages ship. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { renderDeclarations, renderList, renderMarkdown } from "./render.ts";

export interface Content {
  readonly type: string;
  readonly body: string | Buffer;
}

const HTML = "text/html; charset=utf-8";
const folder = fileURLToPath(new URL("../../node_modules", import.meta.url));

/** The names of the packages that have a readme, with their documents. */
export function listPackages(): ReadonlyMap<string, readonly string[]> {
  const names = foldersIn("").flatMap((name) =>
    name.startsWith("@") ? foldersIn(name).map((inner) => `${name}/${inner}`) : [name],
  );
  const documented = names.filter((name) => existsSync(join(folder, name, "README.md")) && isForAllPlatforms(name));
  return new Map(documented.map((name) => [name, documentsOf(name)]));
}

function isForAllPlatforms(name: string): boolean {
  return !("os" in JSON.parse(readFileSync(join(folder, name, "package.json"), "utf8")));
}

/** What is a link belongs to this repository and not to a package. */
function foldersIn(name: string): string[] {
  const entries = readdirSync(join(folder, name), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

function documentsOf(name: string): string[] {
  return readdirSync(join(folder, name), { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => /\.(md|d\.ts)$/.test(path) && !/(^|\/)(node_modules|internal|enums|test)\//.test(path))
    .sort();
}

export function frontPage(packages: ReadonlyMap<string, readonly string[]>): Content {
  const links = [...packages.keys()].map((name) => ({ href: `/${name}/`, text: name }));
  return { type: HTML, body: renderList("Installed packages", links) };
}

/** What stands at a path of the site, if anything does. */
export function fileIn(packages: ReadonlyMap<string, readonly string[]>, path: string): Content | undefined {
  const name = [...packages.keys()].find((candidate) => path.startsWith(`/${candidate}/`));
  if (name === undefined) return undefined;
  const file = join(folder, posix.normalize(path));
  if (path === `/${name}/`) return packagePage(name, packages.get(name) ?? []);
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return undefined;
  if (path.endsWith(".md")) return { type: HTML, body: renderMarkdown(path, readFileSync(file, "utf8")) };
  if (path.endsWith(".d.ts")) return { type: HTML, body: renderDeclarations(path, readFileSync(file, "utf8")) };
  const type = [".png", ".svg", ".gif"].includes(extname(path)) ? "image/*" : "text/plain; charset=utf-8";
  return { type, body: readFileSync(file) };
}

function packagePage(name: string, documents: readonly string[]): Content {
  const links = documents.map((document) => ({ href: document, text: document }));
  return { type: HTML, body: renderList(name, links) };
}
