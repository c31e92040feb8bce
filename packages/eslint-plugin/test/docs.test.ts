/** Each rule has a page, which says what the rule says of itself; its programs show what the page claims. */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { rules } from "@tsyncio/eslint-plugin";
import { check } from "@tsyncio/eslint-plugin/check";
import { ruleHead } from "./support/ruleHead.js";

const home = fileURLToPath(new URL("../..", import.meta.url));
const pages = new Map(
  readdirSync(join(home, "docs/rules")).map((file) => [
    basename(file, ".md"),
    readFileSync(join(home, "docs/rules", file), "utf8"),
  ]),
);

/** A folder of a project of its own, in which tsyncio is found. */
const folder = join(home, ".build/docs");
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "package.json"), '{ "name": "app", "type": "module" }');
after(() => rmSync(folder, { recursive: true }));

test("Each rule has a page, and each page a rule", () => {
  assert.deepEqual([...pages.keys()].sort(), Object.keys(rules).sort());
});

const programs: { name: string; file: string; program: string; printed: string }[] = [];
for (const [name, text] of pages) {
  const rule = rules[name];
  if (rule === undefined) continue;
  test(`The page of ${name} begins with what the rule says of itself`, () => {
    const head = ruleHead(name, rule);
    assert.equal(text.slice(0, head.length), head);
  });
  const [wrong, right] = [...text.matchAll(/^```ts\n([\s\S]*?)^```$(?:\n+```text\n([\s\S]*?)^```$)?/gm)];
  programs.push({
    name,
    file: `${name}-wrong.ts`,
    program: wrong?.[1] ?? "",
    printed: wrong?.[2] ?? "nothing is printed",
  });
  programs.push({ name, file: `${name}-right.ts`, program: right?.[1] ?? "", printed: right?.[2] ?? "" });
}

describe("The programs of the pages", () => {
  for (const { file, program } of programs) writeFileSync(join(folder, file), program);
  const options =
    '{ "module": "nodenext", "target": "es2023", "strict": true, "skipLibCheck": true, "lib": ["es2023", "dom"], "types": ["node"] }';
  writeFileSync(join(folder, "tsconfig.json"), `{ "compilerOptions": ${options} }`);
  const { findings } = check({ cwd: folder });
  for (const { name, file, printed } of programs) {
    test(`${name}: ${file} gives what the page prints`, () => {
      const found = findings.filter((it) => it.file === join(folder, file));
      assert.equal(found.map(({ line, message }) => `${line}: ${message}\n`).join(""), printed);
      assert.deepEqual([...new Set(found.map((it) => it.rule))], printed === "" ? [] : [name]);
    });
  }
});
