/** For `@babel/plugin-transform-runtime`, which imports a module for each helper. */
export { usingCtx as default } from "../babel.js";
