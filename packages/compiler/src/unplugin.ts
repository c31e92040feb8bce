/** The plugin in the form from which unplugin makes those for Vite, Rolldown, Rollup and webpack. */
import type { UnpluginBuildContext, UnpluginContextMeta, UnpluginOptions } from "unplugin";
import {
  CODE_ID,
  FOREIGN_ID,
  ModuleLowering,
  type PluginOptions,
  type PluginOutput,
  type Stripping,
} from "./plugin.js";
import { isVitest, loadVitestSetup, resolveVitestSetup, VITEST_SETUP } from "./vitestSetup.js";

/** What the plugins are called in messages of their tools. */
export const PLUGIN_NAME = "tsyncio";

/** The plugin of one build. */
export function pluginOf(options: PluginOptions | undefined, { framework }: UnpluginContextMeta): UnpluginOptions {
  const lowering = new ModuleLowering(options);
  const readsTypes = framework === "vite" || framework === "rolldown";
  const transform = {
    order: "pre",
    filter: { id: { include: CODE_ID, exclude: FOREIGN_ID }, ...(readsTypes ? { code: /\basync\b/ } : {}) },
    handler(this: UnpluginBuildContext, code: string, id: string): PluginOutput | null {
      return lowering.transform(code, id, readsTypes ? "nothing" : strippingOf(this));
    },
  };
  return {
    name: PLUGIN_NAME,
    enforce: "pre",
    transform,
    vite: {
      // Optimized by itself, the module that lowered code imports would have a loop of its own.
      config: () => ({
        optimizeDeps: { exclude: ["tsyncio"] },
        ...(isVitest() ? { test: { setupFiles: [VITEST_SETUP] } } : {}),
      }),
      resolveId: resolveVitestSetup,
      load: loadVitestSetup,
      configResolved: ({ root }) => lowering.setRoot(root),
    },
    rolldown: {
      buildStart: ({ cwd }) => lowering.setRoot(cwd),
    },
    webpack: ({ context }) => lowering.setRoot(context),
  };
}

/** Rollup reads JSX where it is told to. webpack reads neither that nor types, but a loader that comes later may want both. */
function strippingOf(context: UnpluginBuildContext): Stripping {
  const native = context.getNativeBuildContext?.();
  if (native?.framework !== "webpack") return "types";
  const { loaders, loaderIndex } = native.loaderContext!;
  const isOther = ({ path }: { path: string }): boolean => !/[\\/]unplugin[\\/]dist[\\/]/.test(path);
  return loaders.slice(0, loaderIndex).some(isOther) ? "nothing" : "types and JSX";
}
