import { describeStock } from "./stock.js";
import { babel } from "./stockCompilers.js";

describeStock("Babel 8", babel, "babel", ["JSX"]);
