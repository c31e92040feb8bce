/**
 * Looks into programs on tsyncio from outside.
 *
 * @module
 */
export {};
