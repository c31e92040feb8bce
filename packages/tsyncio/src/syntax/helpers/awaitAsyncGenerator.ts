/** For `@babel/plugin-transform-runtime`, which imports a module for each helper. */
export { awaitAsyncGenerator as default } from "../babel.js";
