/** For `@babel/plugin-transform-runtime`, which imports a module for each helper. */
export { wrapAsyncGenerator as default } from "../babel.js";
