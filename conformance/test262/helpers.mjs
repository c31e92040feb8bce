// What lowered code calls, as one script that can be run in any realm, so that its errors and objects are of that realm.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const entry = `export * as lazy from "tsyncio/syntax"; export * as started from "./adaptation.mjs";`;

/** The text of an expression whose value has both forms of the helpers, `lazy` and `started`. */
export async function helpersScript() {
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    bundle: true,
    write: false,
    format: "iife",
    globalName: "helpers",
    platform: "neutral",
    target: "esnext",
  });
  return `(() => { ${outputFiles[0].text}; return helpers; })()`;
}
