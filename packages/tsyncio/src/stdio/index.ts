/**
 * The standard streams of the program, as tsyncio reads and writes. On Node, Deno and Bun.
 *
 * @module
 */
export { stderr, stdin, stdout } from "./stdio.js";
