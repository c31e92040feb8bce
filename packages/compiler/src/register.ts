/**
 * `node --import @tsyncio/compiler/register main.ts` runs a program whose async functions are coroutines of tsyncio.
 * See `register` in `loader.ts`, which does the work and says what the versions of Node can do.
 */
import { register } from "./loader.js";

register();
