/**
 * The plugin for esbuild.
 *
 * ```js
 * import tsyncio from "@tsyncio/compiler/esbuild";
 *
 * await esbuild.build({ entryPoints: ["src/main.ts"], bundle: true, outdir: "dist", plugins: [tsyncio()] });
 * ```
 *
 * Not made by unplugin, whose plugin takes a file from all other plugins, and from the option `loader`, when it leaves it
 * as it is.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { LoweringError } from "./errors.js";
import { ModuleLowering, type PluginOptions } from "./plugin.js";
import { inlineMap } from "./sourceMaps.js";
import { PLUGIN_NAME } from "./unplugin.js";

export type { PluginOptions } from "./plugin.js";

/** A plugin of esbuild. */
export interface EsbuildPlugin {
  name: string;
  setup(build: EsbuildBuild): void;
}

/** What the plugin asks of esbuild. */
export interface EsbuildBuild {
  readonly initialOptions: { readonly absWorkingDir?: string; readonly sourcemap?: unknown };
  onLoad(
    options: { filter: RegExp; namespace: string },
    callback: (args: { path: string; suffix: string }) => Promise<EsbuildLoaded | undefined>,
  ): void;
}

/** What the plugin answers when esbuild loads a file. */
export interface EsbuildLoaded {
  contents?: string;
  loader?: "default";
  errors?: { text: string; location: { file: string; line: number; column: number; lineText: string } }[];
}

/**
 * Lowers the user's own modules to coroutines. Types and JSX are left to esbuild.
 *
 * @throws TypeError for options that there are not, and for patterns that are none.
 *
 * @example
 * ```ts
 * plugins: [tsyncio({ include: "src", exclude: "src/legacy" })]
 * ```
 */
export default function tsyncio(options?: PluginOptions): EsbuildPlugin {
  const lowering = new ModuleLowering(options);
  return {
    name: PLUGIN_NAME,
    setup({ initialOptions, onLoad }) {
      lowering.setRoot(initialOptions.absWorkingDir ?? ".");
      onLoad({ filter: /\.[cm]?[jt]sx?$/, namespace: "file" }, async ({ path, suffix }) => {
        if (suffix !== "") return undefined;
        const source = await readFile(path, "utf8");
        try {
          const lowered = lowering.transform(source, path, "nothing");
          if (lowered === null) return undefined;
          return { contents: lowered.code + inlineMap(lowered.map), loader: "default" };
        } catch (error) {
          if (error instanceof LoweringError) return { errors: [messageOf(error, source)] };
          throw error;
        }
      });
    },
  };
}

function messageOf(error: LoweringError, source: string): NonNullable<EsbuildLoaded["errors"]>[number] {
  const { reason, filename, line, column } = error;
  const lineText = source.split(/\r\n|[\n\r\u2028\u2029]/)[line - 1] ?? "";
  return { text: reason, location: { file: filename, line, column: column - 1, lineText } };
}
