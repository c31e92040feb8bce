/** For `@babel/plugin-transform-runtime`, which imports a module for each helper. */
export { setFunctionName as default } from "../babel.js";
