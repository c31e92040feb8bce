import { PACKAGE } from "../support.js";
import { binary } from "./places.js";
import { describeRuntime } from "./runtime.js";

describeRuntime({
  place: "deno",
  tool: "deno",
  binary: binary("deno/deno"),
  args: ["run", "--allow-all", "--no-lock", "--preload", `${PACKAGE}dist/register.js`],
});
