import { CLASSES } from "./classes.js";
import type { Construct } from "./construct.js";
import { EXPRESSIONS } from "./expressions.js";
import { FUNCTIONS } from "./functions.js";
import { ITERATION } from "./iteration.js";
import { RESOURCES } from "./resources.js";
import { TYPESCRIPT } from "./typescript.js";

export type { Construct } from "./construct.js";

/** Programs for every construct that the pass touches. */
export const CONSTRUCTS: readonly Construct[] = [
  ...FUNCTIONS,
  ...CLASSES,
  ...ITERATION,
  ...RESOURCES,
  ...EXPRESSIONS,
  ...TYPESCRIPT,
];
