import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, test } from "node:test";
import { folder, majorOf, NODES, PACKAGE } from "./support.js";

/** Covered and not covered lines of many constructs. Its first line says how it is run. */
const SAMPLE = `import { sleep, run } from "./platform.ts";

export async function covered(n: number): Promise<number> {
  const doubled = n * 2;
  await sleep(0);
  if (doubled > 100) {
    return 100;
  }
  return doubled > 5 ? doubled : 5;
}

export async function neverCalled(
  n: number,
): Promise<number> {
  await sleep(n);
  return n;
}

export const arrow = async (n: number): Promise<number> => n > 1 ? n : await covered(n);
export const unusedArrow = async (n: number): Promise<number> => {
  await sleep(n);
  return n;
};

export class Service {
  count = 0;
  async get(n: number, { deep = 1 }: { deep?: number } = {}): Promise<number> {
    this.count++;
    try {
      await this.#fail(n);
    } catch {
      return deep;
    } finally {
      this.count--;
    }
    return -1;
  }

  async #fail(n: number): Promise<void> {
    if (n > 0) throw new Error("x");
    await sleep(0);
  }

  async unused(): Promise<void> {
    await sleep(1);
  }

  async *items(n: number): AsyncGenerator<number> {
    for (let i = 0; i < n; i++) {
      if (i === 7) {
        yield -1;
      }
      yield i;
    }
  }
}

export async function loops(service: Service): Promise<number> {
  let sum = 0;
  for await (const item of service.items(3)) {
    if (item > 9) {
      sum += 100;
    }
    sum += item;
  }
  for (const i of [1, 2]) {
    if (i === 2) break;
    sum += await covered(i);
  }
  return sum || (await arrow(1));
}

async function main(): Promise<void> {
  const service = new Service();
  await covered(3);
  await arrow(5);
  await service.get(1);
  await loops(service);
}

export const done: Promise<void> = run(main());
`;

const PLATFORM = {
  lowered: 'export { run, sleep } from "tsyncio";',
  native: `// @tsyncio-off
export const run = (promise: Promise<void>): Promise<void> => promise;
export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));`,
};

const TEST = `// @tsyncio-off
import { test } from "node:test";
import { done } from "./sample.ts";
test("runs", () => done);
`;

for (const [name, node] of NODES) {
  // Node 20 has no source maps in its coverage, and says that it cannot report any.
  describe(`The coverage that ${name} reports`, { skip: majorOf(name) < 22 }, () => {
    test("has the same lines, and the same functions that were never called, lowered or native", (t) => {
      const [lowered, native] = (["lowered", "native"] as const).map((mode) => {
        const directory = folder(t, {
          "package.json": '{"type":"module"}',
          "sample.ts": `// ${mode === "native" ? "@tsyncio-off" : mode}\n${SAMPLE}`,
          "platform.ts": PLATFORM[mode],
          "sample.test.mjs": TEST,
        });
        const flags = [
          "--enable-source-maps",
          "--import",
          join(PACKAGE, "dist/register.js"),
          "--test",
          "--experimental-test-coverage",
        ];
        const env = { ...process.env, NODE_OPTIONS: "", NODE_V8_COVERAGE: "", NODE_TEST_CONTEXT: undefined };
        const { stdout } = spawnSync(node, [...flags, "--test-reporter=lcov", "sample.test.mjs"], {
          cwd: directory,
          env,
          encoding: "utf8",
        });
        const report =
          stdout
            .split("SF:")
            .find((part) => part.startsWith("sample.ts"))
            ?.split("\n") ?? [];
        return {
          // How often is another thing: a function that is called counts twice, and Node 22 counts some lines after it with it.
          lines: report.filter((line) => line.startsWith("DA:")).map((line) => line.replace(/,[1-9]\d*$/, ",hit")),
          neverCalled: report.filter((line) => line.startsWith("FNDA:0,")),
        };
      });
      assert.deepEqual(lowered, native);
      const uncovered = native?.lines.filter((line) => line.endsWith(",0")).length ?? 0;
      assert.deepEqual([native?.lines.length, uncovered > 10, native?.neverCalled.length], [82, true, 3]);
    });
  });
}
