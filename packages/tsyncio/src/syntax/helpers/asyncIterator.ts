/** For `@babel/plugin-transform-runtime`, which imports a module for each helper. */
export { asyncIterator as default } from "../babel.js";
