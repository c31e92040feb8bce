/**
 * What all plugins for bundlers share: which modules they change, and how.
 *
 * A plugin runs in front of everything else that changes code, as the pass wants the user's own text: TypeScript in,
 * TypeScript out. What the tool does afterwards with types, JSX and its targets stays as it is; none of them lowers a
 * generator at ES2015 or above.
 */
import { relative, resolve, sep } from "node:path";
import { createFileFilter, type FileFilter } from "./fileFilter.js";
import { needsStripping } from "./formats.js";
import { lower } from "./lower.js";
import { chainMaps, type SourceMapV3 } from "./sourceMaps.js";
import { strip } from "./strip.js";
import { isVitestFile } from "./vitestSetup.js";

/** Options of the plugins for Vite, Rolldown, Rollup, esbuild and webpack. */
export interface PluginOptions {
  /**
   * Patterns of the files to lower, relative to the root of the build: globs such as `src/**`, or the name of a folder.
   * Default: all files of the user, or what the field `tsyncio` of `package.json` says.
   */
  readonly include?: string | readonly string[] | undefined;
  /** Patterns of the files to leave out of these. Default: none. */
  readonly exclude?: string | readonly string[] | undefined;
}

/** A source map as bundlers take it. */
export interface PluginMap extends SourceMapV3 {
  sources: string[];
  sourcesContent: string[];
}

/** A module that was changed. */
export interface PluginOutput {
  readonly code: string;
  readonly map: PluginMap;
}

/** What goes beside `async`, where nothing that comes later can read it. */
export type Stripping = "nothing" | "types" | "types and JSX";

/** Names of modules that can have something to change. */
export const CODE_ID: RegExp = /\.[cm]?[jt]sx?(?:\?|$)/;
/** Names of modules that have nothing to change. */
export const FOREIGN_ID: RegExp = /[\\/]node_modules[\\/]|\0/;

/** What Vite adds to the name of a file although it wants its code. Any other query asks for something else. */
const HARMLESS: ReadonlySet<string> = new Set(["t", "v", "import", "worker_file", "type"]);

/** Lowers the modules of one build. */
export class ModuleLowering {
  readonly #options: PluginOptions;
  #root!: string;
  #isLowered!: FileFilter;

  /** @throws TypeError for options that there are not, and for patterns that are none. */
  constructor(options: PluginOptions = {}) {
    this.#options = checked(options);
    this.setRoot(".");
  }

  /** The folder that the patterns are relative to, and the names by which reports call the files. */
  setRoot(root: string): void {
    this.#root = resolve(root);
    this.#isLowered = createFileFilter({ ...this.#options, base: this.#root });
  }

  /** A module as it is to go on, or `null` where it stays as it is. `id` is the absolute path, and may have a query. */
  transform(source: string, id: string, stripping: Stripping): PluginOutput | null {
    const filename = fileOf(id);
    if (filename === null) return null;
    const place = relative(this.#root, filename).replaceAll(sep, "/");
    let { code, map } = this.#isLowered(filename, source)
      ? lower(source, { filename, place, test: isVitestFile(filename, source) })
      : { code: source, map: null };
    if (stripping === "types and JSX" ? needsStripping(filename) : stripping === "types" && TYPED.test(filename)) {
      const jsx = stripping === "types" ? { jsx: "preserve" as const } : {};
      const format = /\.c[jt]s$/.test(filename) ? "commonjs" : "module";
      const stripped = strip(code, filename, format, { target: "esnext", ...jsx });
      code = stripped.code;
      map = chainMaps({ ...stripped.map, sources: [filename], sourcesContent: [source] }, map);
    }
    return map === null ? null : { code, map: map as PluginMap };
  }
}

const TYPED: RegExp = /\.(?:[cm]?ts|tsx)$/;

/** The file whose code a module is; `null` where it is something else, such as a part of a component or a URL. */
function fileOf(id: string): string | null {
  if (!CODE_ID.test(id) || FOREIGN_ID.test(id)) return null;
  const [path, query] = id.split("?", 2) as [string, string?];
  const isPlain = query === undefined || [...new URLSearchParams(query).keys()].every((key) => HARMLESS.has(key));
  return isPlain ? path : null;
}

function checked(options: PluginOptions): PluginOptions {
  const example = 'such as { include: "src/**" }';
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw new TypeError(`the plugin takes an object of options ${example}, not ${JSON.stringify(options)}`);
  for (const key of Object.keys(options))
    if (key !== "include" && key !== "exclude")
      throw new TypeError(
        `the plugin takes the options "include" and "exclude" ${example}, not ${JSON.stringify(key)}`,
      );
  return options;
}
