import { describeBundler } from "./bundler.js";
import { describeBrowser } from "./viteBrowser.js";
import { viteBuild } from "./viteBuild.js";
import { describeServer } from "./viteServer.js";

describeBundler({
  place: "vite8",
  tool: "vite",
  hasTargets: true,
  build: viteBuild("vite8"),
});
describeServer("vite8");
describeBrowser("vite8");
