import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import tsyncio from "@tsyncio/compiler/webpack";
import type Webpack from "webpack";
import { folder, PACKAGE } from "../support.js";
import { type Build, describeBundler } from "./bundler.js";
import { missing, NEW_NODE, runNode, toolOf } from "./places.js";

async function build({ root, entries, plugin, minify }: Build, rules: Webpack.RuleSetRule[] = []): Promise<void> {
  const { default: webpack } = await toolOf<{ default: typeof Webpack }>("webpack", "webpack");
  const compiler = webpack({
    mode: minify ? "production" : "none",
    context: root,
    target: "node24",
    entry: { ...entries },
    module: { rules },
    externals: /^tsyncio/,
    externalsType: "module",
    devtool: "source-map",
    output: {
      path: `${root}/out`,
      filename: "[name].mjs",
      module: true,
      library: { type: "module" },
      chunkFormat: "module",
    },
    experiments: { outputModule: true },
    plugins: [tsyncio(plugin)],
  });
  if (compiler === null) throw new Error("no compiler");
  const stats = await new Promise<Webpack.Stats | undefined>((resolve, reject) => {
    compiler.run((error, result) => (error ? reject(error) : resolve(result)));
  });
  await new Promise((resolve) => compiler.close(resolve));
  if (stats?.hasErrors()) throw new Error(stats.toString({ all: false, errors: true }));
}

describeBundler({ place: "webpack", tool: "webpack", build });

describe("The plugin for webpack, beside other loaders", { skip: missing("webpack", "webpack") }, () => {
  test("types and JSX stay for a loader that is set for the file, and its map is chained", async (t) => {
    const files = {
      "package.json": '{ "name": "app", "type": "module" }',
      "loader.cjs": `const { transformSync } = require("esbuild");
        module.exports = function (source, inputMap) {
          if (!source.includes(": number")) throw new Error("there are no types");
          const { code } = transformSync(source, { loader: "tsx", jsxFactory: "h" });
          this.callback(null, code, inputMap);
        };`,
      "main.tsx": `const h = (name: string) => name;
export async function main(a: number): Promise<string> { return <b/> + (await a); }
console.log(await main(1), typeof (main(2) as any).close);`,
    };
    const root = folder(t, files, join(PACKAGE, ".build/places"));
    const entries = { main: join(root, "main.tsx") };
    const rules = [{ test: /\.tsx$/, loader: join(root, "loader.cjs") }];
    await build({ root, entries, plugin: {}, minify: false, target: undefined }, rules);
    const { stdout, stderr } = runNode(NEW_NODE, root, ["--enable-source-maps", "out/main.mjs"]);
    assert.equal(stdout, "b1 function\n", stderr);
    assert.match(stderr, /coroutine 'main' was never awaited\n +made at .*main\.tsx:3:/);
  });
});
