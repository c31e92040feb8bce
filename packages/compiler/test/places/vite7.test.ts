import { describeBundler } from "./bundler.js";
import { describeBrowser } from "./viteBrowser.js";
import { viteBuild } from "./viteBuild.js";
import { describeServer } from "./viteServer.js";

describeBundler({
  place: "vite7",
  tool: "vite",
  hasTargets: true,
  build: viteBuild("vite7"),
});
describeServer("vite7");
describeBrowser("vite7");
