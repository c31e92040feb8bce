/** For `@babel/plugin-transform-runtime`, which imports a module for each helper. */
export { asyncToGenerator as default } from "../babel.js";
