/** For `@babel/plugin-transform-runtime`, which imports a module for each helper. */
export { asyncGeneratorDelegate as default } from "../babel.js";
