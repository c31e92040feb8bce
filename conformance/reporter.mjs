// A reporter for `node --test`: one line of JSON for each test, `{"file","name","ok"}`, where the name is `suite > test`.
// `page.mjs --check` compares with these lines what the table of behaviours names as proofs.
//
// A test that a helper makes has the file of the helper, so the file is that of the outermost suite.
import { relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

export default async function* tests(events) {
  // Those that are open at each level; the runner tells of the tests of one file after those of another, whatever runs at once.
  const open = [];
  for await (const { type, data } of events) {
    if (type === "test:start") open.splice(data.nesting, open.length, data);
    if ((type !== "test:pass" && type !== "test:fail") || data.details.type === "suite") continue;
    open.length = data.nesting;
    const path = [...open, data];
    const ok = type === "test:pass" && data.skip === undefined && data.todo === undefined;
    yield `${JSON.stringify({ file: source(path[0].file), name: path.map(({ name }) => name).join(" > "), ok })}\n`;
  }
}

/** The path in the repository of the source of a compiled test; some versions of Node follow the source maps, some do not. */
function source(file = "") {
  const path = relative(root, file.startsWith("file:") ? fileURLToPath(file) : file).replaceAll("\\", "/");
  return path.replace("/.build/test/", "/test/").replace(/\.js$/, ".ts");
}
