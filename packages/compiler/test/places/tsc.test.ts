import { describeStock } from "./stock.js";
import { tsc } from "./stockCompilers.js";

describeStock("TypeScript 5.9", tsc("typescript59"));
describeStock("TypeScript 6", tsc("typescript6"));
describeStock("TypeScript 7", tsc("typescript"), "tsc");
