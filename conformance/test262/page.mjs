// docs/test262.md, from the expectations, which `npm run test262` compares with what the tests give.

/** @param {import("./expectations.mjs").Expectations} expected */
export function page({ engine, untouched, folders, deviations }) {
  const total = totalOf(folders);
  const row = (name, { tests, passed, asTheyStand, deviating, engine: lacking }) =>
    `| ${name} | ${tests} | ${passed} | ${asTheyStand} | ${deviating || ""} | ${lacking || ""} | 0 |`;
  return `# test262

[test262](https://github.com/tc39/test262) is the suite of tests of the language itself. Every test of it that has an async function in it
is run lowered, and what comes out is compared with the engine's own answer. **${total.passed} of ${total.tests} pass, ${total.deviating} deviate for the reasons
below, ${total.engine} the engine (Node ${engine}) fails by itself as well, none fail.**

    npm run test262 -- path/to/test262

runs them again; it fails where one comes out differently from what is written in
[conformance/test262/expectations.json](../conformance/test262/expectations.json), also where one that is said to deviate passes.

- **Which tests**: those of \`test\` with the word \`async\`, apart from \`built-ins/Atomics\`, which needs threads, and \`intl402\`. ${untouched} of these the pass
  leaves as they are; they are not counted.
- **How**: each test is lowered and run in a realm of its own, as a script or module, in sloppy and in strict mode, as it asks. A test
  passes where all its variants do. What the tests bring along (\`harness\`) stays native.
- **Begun at the call**: a call of an async function runs nothing in tsyncio, where the language begins at once. So the tests run with helpers that hand
  each call to \`createTask(…, { eager: true })\`, and nothing else is different. How many pass also without that, as they stand, is a column of its own.
- **The engine**: where a lowered test fails it is run natively too. Where that fails, it tells nothing about tsyncio.

| tests of | tests | passed | of these as they stand | deviating | the engine lacks it | failed |
|---|---:|---:|---:|---:|---:|---:|
${Object.entries(folders)
  .map(([name, counts]) => row(name, counts))
  .join("\n")}
${row("**all**", total)}

## What deviates, and why

${deviations.map(deviation).join("\n\n")}
`;
}

/** The sentence of README.md. */
export function sentence({ folders }) {
  const { tests, passed, deviating } = totalOf(folders);
  return `Of test262's ${tests} tests of the language that the lowering touches, ${passed} pass, ${deviating} deviate and none fail`;
}

function totalOf(folders) {
  const total = { tests: 0, passed: 0, asTheyStand: 0, deviating: 0, engine: 0 };
  for (const counts of Object.values(folders)) for (const key of Object.keys(total)) total[key] += counts[key];
  return total;
}

function deviation({ title, reason, tests }) {
  const byFolder = new Map();
  for (const name of tests) {
    const end = name.lastIndexOf("/");
    const folder = name.slice(0, end);
    if (!byFolder.has(folder)) byFolder.set(folder, []);
    byFolder.get(folder).push(name.slice(end + 1, -".js".length));
  }
  const lines = [...byFolder].map(([folder, names]) => `- \`${folder}\`: ${names.join(", ").replaceAll("*", "\\*")}`);
  return `### ${title}\n\n${reason}\n\n${lines.join("\n")}`;
}
