// The page of a trace, as one HTML file that needs nothing else: packages/inspector/page, bundled, with places for the trace and its title.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const home = fileURLToPath(new URL("../packages/inspector/", import.meta.url));
const options = {
  absWorkingDir: home,
  bundle: true,
  minify: true,
  write: false,
  target: "es2022",
  logLevel: "warning",
};
const text = async (entry, more = {}) =>
  (await build({ ...options, ...more, entryPoints: [entry] })).outputFiles[0].text;

const script = await text("page/main.ts", { format: "esm", platform: "neutral", tsconfig: "page/tsconfig.json" });
const style = await text("page/style.css");
// A function, since a text would have its $ replaced.
const page = readFileSync(join(home, "page/index.html"), "utf8")
  .replace("/*style*/", () => style.trim())
  .replace("/*script*/", () => script.trim().replaceAll("</script", "<\\/script"));

mkdirSync(join(home, "dist/page"), { recursive: true });
writeFileSync(join(home, "dist/page/page.html"), page);
