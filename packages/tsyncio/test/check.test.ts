import assert from "node:assert/strict";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { folder, PACKAGE, Program, project, tsyncio, WORKSPACE } from "./programs.js";

const TSCONFIG = JSON.stringify({
  compilerOptions: { module: "nodenext", target: "es2023", strict: true, skipLibCheck: true, types: [] },
  include: ["src"],
});

const MAIL = `import { run, sleep } from "tsyncio";
import { orders } from "./orders.js";

async function sendMail(to: string): Promise<void> {
\tawait sleep(100);
}

async function main(): Promise<void> {
  sendMail("ada@example.org");
  const list = await orders();
  list.forEach(async (order) => {
    await sendMail(order);
  });
}

await run(main());
`;
const ORDERS = 'export async function orders(): Promise<string[]> {\n  return ["a", "b"];\n}\n';

const REPORT = `src/mail.ts:9:3: Nobody awaits this coroutine, so 'sendMail' never runs. Write \`await sendMail("ada@example.org")\` or \`createTask(sendMail("ada@example.org"))\`. (no-floating-coroutine)
  sendMail("ada@example.org");
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^

src/mail.ts:11:16: forEach drops what its callback returns, so the coroutine never runs. Write \`(order) => createTask((async () => …)())\`. (no-async-callback-dropped)
  list.forEach(async (order) => {
               ^^^^^^^^^^^^^^^^^^
`;

describe("tsyncio check", () => {
  test("shows what the rules find in the files of tsconfig.json, and ends with 1", async (t) => {
    const cwd = project(t, { "tsconfig.json": TSCONFIG, "src/mail.ts": MAIL, "src/orders.ts": ORDERS });
    const whole = { stdout: `${REPORT}\n2 findings in 2 files\n`, stderr: "", status: 1 };
    assert.deepEqual(await tsyncio(t, ["check"], cwd), whole);
    assert.deepEqual(await tsyncio(t, ["check", "--project", "tsconfig.json"], cwd), whole);
    assert.deepEqual(await tsyncio(t, ["check", "src/mail.ts"], cwd), {
      ...whole,
      stdout: `${REPORT}\n2 findings in 1 file\n`,
    });
  });

  test("finds tsconfig.json above the folder, and shows paths from there", async (t) => {
    const cwd = project(t, { "tsconfig.json": TSCONFIG, "src/lost.ts": "async function f() {}\nf();\n" });
    assert.deepEqual(await tsyncio(t, ["check", "-p", ".."], join(cwd, "src")), {
      stdout: `lost.ts:2:1: Nobody awaits this coroutine, so 'f' never runs. Write \`await f()\` or \`await run(f())\`. (no-floating-coroutine)
f();
^^^

1 finding in 1 file
`,
      stderr: "",
      status: 1,
    });
  });

  test("ends with 0 where there is nothing to find", async (t) => {
    const cwd = project(t, { "tsconfig.json": TSCONFIG, "src/orders.ts": ORDERS });
    assert.deepEqual(await tsyncio(t, ["check"], cwd), { stdout: "no findings in 1 file\n", stderr: "", status: 0 });
  });

  test("needs no tsconfig.json for files that are named, TypeScript or JavaScript", async (t) => {
    const text = "async function f() {}\n\tvoid f();\n";
    const cwd = project(t, { "a.ts": text, "b.mjs": text });
    const said = (file: string): string =>
      `${file}:2:2: \`void\` does not run a coroutine: 'f' never runs. Write \`await f()\` or \`await run(f())\`. (no-floating-coroutine)\n\tvoid f();\n\t^^^^^^^^\n\n`;
    assert.deepEqual(await tsyncio(t, ["check", "a.ts", "b.mjs"], cwd), {
      stdout: `${said("a.ts")}${said("b.mjs")}2 findings in 2 files\n`,
      stderr: "",
      status: 1,
    });
  });

  test("leaves alone what is not lowered, and what a comment allows", async (t) => {
    const comment = "// eslint-disable-next-line @tsyncio/no-floating-coroutine, other/rule -- on purpose\n";
    const cwd = project(t, {
      "off.ts": "// @tsyncio-off\nasync function f() {}\nf();\n",
      "comment.ts": `async function f() {}\n${comment}f();\n`,
    });
    const nothing = { stdout: "no findings in 2 files\n", stderr: "", status: 0 };
    assert.deepEqual(await tsyncio(t, ["check", "off.ts", "comment.ts"], cwd), nothing);
  });

  test("knows from package.json what is lowered, as the compiler does", async (t) => {
    const manifest = (field: string): string => `{ "name": "app", "type": "module", "tsyncio": ${field} }`;
    const text = "async function f() {}\nf();\n";
    const files = { "src/a.ts": text, "src/legacy/b.ts": text, "src/legacy/c.ts": `// @tsyncio-on\n${text}` };
    const cwd = project(t, { ...files, "package.json": manifest('{ "exclude": "src/legacy" }') });
    const { stdout } = await tsyncio(t, ["check", ...Object.keys(files)], cwd);
    assert.deepEqual(stdout.match(/^\S+:/gm), ["src/a.ts:2:1:", "src/legacy/c.ts:3:1:"]);
    const wrong = project(t, { ...files, "package.json": manifest('{ "only": "src" }') });
    assert.deepEqual(await tsyncio(t, ["check", "src/a.ts"], wrong), {
      stdout: "",
      stderr: `tsyncio: ${join(wrong, "package.json")}: the field "tsyncio" is wrong: it may have "include" and "exclude", but not "only"\n`,
      status: 2,
    });
  });

  test("--native: async functions give promises", async (t) => {
    const text =
      'import { sleep } from "tsyncio";\nasync function f() {}\nf();\nexport const g = () => { sleep(1); };\n';
    const cwd = project(t, { "a.ts": text });
    const { stdout, status } = await tsyncio(t, ["check", "--native", "--json", "a.ts"], cwd);
    assert.deepEqual(JSON.parse(stdout), {
      files: 1,
      findings: [
        {
          file: join(cwd, "a.ts"),
          line: 4,
          column: 26,
          endLine: 4,
          endColumn: 34,
          rule: "no-floating-coroutine",
          message: "Nobody awaits this coroutine, so 'sleep' never runs. Write `createTask(sleep(1))`.",
          source: "export const g = () => { sleep(1); };",
        },
      ],
    });
    assert.equal(status, 1);
  });

  test("follows the references of a tsconfig.json", async (t) => {
    const cwd = project(t, {
      "tsconfig.json": '{ "files": [], "references": [{ "path": "one" }, { "path": "two" }] }',
      "one/tsconfig.json": TSCONFIG.replace("src", "."),
      "one/a.ts": "async function a() {}\na();\n",
      "two/tsconfig.json": TSCONFIG.replace("src", "."),
      "two/b.ts": "export {};\n",
    });
    const { stdout, status } = await tsyncio(t, ["check"], cwd);
    assert.match(stdout, /^one\/a\.ts:2:1: [^\n]*\na\(\);\n\^\^\^\n\n1 finding in 2 files\n$/);
    assert.equal(status, 1);
  });

  test("shows an error of syntax as a finding", async (t) => {
    const cwd = project(t, { "a.ts": "const a = 1;\nconst = 2;\n" });
    const { stdout, status } = await tsyncio(t, ["check", "a.ts"], cwd);
    assert.deepEqual(stdout.split("\n").slice(1), ["const = 2;", "      ^", "", "1 finding in 1 file", ""]);
    assert.match(stdout, /^a\.ts:2:7: .* \(syntax\)\n/);
    assert.equal(status, 1);
  });

  test("marks places and lines by colours where they are asked for", async () => {
    const { formatFindings } = await import(pathToFileURL(join(PACKAGE, "dist/cli/checkReport.js")).href);
    const place = { file: "/a.ts", line: 1, column: 3, endLine: 1, endColumn: 5 };
    const result = { files: 1, findings: [{ ...place, rule: "r", message: "m", source: "  f();" }] };
    assert.equal(
      formatFindings(result, "/", true),
      "\u001B[1ma.ts:1:3\u001B[22m: m (r)\n  f();\n  \u001B[31m^^\u001B[39m\n\n1 finding in 1 file",
    );
  });

  test("--help tells about it", async (t) => {
    const { stdout, stderr, status } = await tsyncio(t, ["check", "--help"]);
    assert.match(stdout, /^Usage: tsyncio check \[OPTION…\] \[FILE…\]\n/);
    assert.deepEqual({ stderr, status }, { stderr: "", status: 0 });
  });
});

test("docs/lint.md shows what the command prints of its program", async (t) => {
  const page = readFileSync(join(WORKSPACE, "docs/lint.md"), "utf8");
  const [, program = "", printed] = /^```ts\n([\s\S]*?)^```$[\s\S]*?^```text\n([\s\S]*?)^```$/m.exec(page) ?? [];
  const cwd = project(t, { "main.ts": program });
  assert.deepEqual(await tsyncio(t, ["check", "main.ts"], cwd), { stdout: printed, stderr: "", status: 1 });
});

describe("tsyncio check ends with 2 and one message", () => {
  const cases: readonly (readonly [string, readonly string[], (cwd: string) => string])[] = [
    [
      "without a tsconfig.json",
      [],
      (cwd) => `there is no tsconfig.json in ${cwd} or above it; name the files to check`,
    ],
    ["for a file that is not there", ["b.ts"], () => 'there is no file "b.ts"'],
    ["for a folder", ["src"], () => '"src" is a directory; name its files, or its project: --project src'],
    ["for a file of another kind", ["package.json"], () => '"package.json" is neither TypeScript nor JavaScript'],
    ["for a project that is not there", ["-p", "x"], () => 'there is no project "x"'],
    ["for a folder without one", ["-p", "src"], () => 'there is no tsconfig.json in "src"'],
    ["for an option that is not known", ["--fast"], () => "Unknown option '--fast'; see tsyncio check --help"],
    [
      "for an option without its value",
      ["-p"],
      () => "Option '-p, --project <value>' argument missing; see tsyncio check --help",
    ],
  ];
  for (const [name, args, message] of cases) {
    test(name, async (t) => {
      const cwd = project(t, { "src/a.ts": "" });
      const expected = { stdout: "", stderr: `tsyncio: ${message(cwd)}\n`, status: 2 };
      assert.deepEqual(await tsyncio(t, ["check", ...args], cwd), expected);
    });
  }

  test("for a tsconfig.json that names no files", async (t) => {
    const cwd = project(t, { "none.json": '{ "files": [], "references": [] }' });
    const none = await tsyncio(t, ["check", "-p", "none.json"], cwd);
    assert.deepEqual(none, { stdout: "", stderr: `tsyncio: ${join(cwd, "none.json")} names no files\n`, status: 2 });
  });

  test("where @tsyncio/eslint-plugin is not installed", async (t) => {
    const cwd = folder(t, { "main.ts": "" });
    cpSync(join(PACKAGE, "dist"), join(cwd, "node_modules/tsyncio/dist"), { recursive: true });
    cpSync(join(PACKAGE, "package.json"), join(cwd, "node_modules/tsyncio/package.json"));
    const command = join(cwd, "node_modules/tsyncio/dist/cli/main.js");
    assert.deepEqual(await new Program(t, [command, "check", "main.ts"], cwd).end(), {
      stdout: "",
      stderr:
        "tsyncio: `tsyncio check` needs the package @tsyncio/eslint-plugin, which is not installed; install it: npm install -D @tsyncio/eslint-plugin\n",
      status: 2,
    });
  });
});
