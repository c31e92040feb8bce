import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { transformModule } from "@tsyncio/compiler";
import { CONSTRUCTS } from "./constructs/index.js";
import { folder, PACKAGE } from "./support.js";

interface Program {
  default: () => PromiseLike<unknown>;
}

/** The value of a program, and what its default export is called. */
async function outcome(path: string): Promise<unknown> {
  const { default: main } = (await import(pathToFileURL(path).href)) as Program;
  return { value: await main(), name: main.name, length: main.length };
}

describe("A lowered program gives what the native one gives", () => {
  for (const { name, source, extension = ".ts", expected } of CONSTRUCTS) {
    test(name, async (t) => {
      const directory = folder(t, { "tsconfig.json": "{}" }, join(PACKAGE, ".build/constructs"));
      const run = (text: string, kind: string, stepping = false): Promise<unknown> => {
        const filename = join(directory, `${kind}${extension}`);
        const path = join(directory, `${kind}.mjs`);
        writeFileSync(path, transformModule(text, { filename, format: "module", stepping }).code);
        return outcome(path);
      };
      const native =
        expected === undefined
          ? await run(`/* @tsyncio-off */ ${source}`, "native")
          : { value: expected, name: "default", length: 0 };
      assert.deepEqual(await run(source, "lowered"), native);
      assert.deepEqual(await run(source, "debugged", true), native, "for a debugger");
    });
  }
});
