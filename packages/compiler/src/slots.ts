/**
 * Where the generator function of a lowered function is kept.
 *
 * Making a generator function and calling it for the first time costs V8 about a microsecond, ten times a call of one
 * that exists. So it is made once and kept in a variable, its *slot*: `($g0 ??= function* f() {…})()`.
 *
 * Invariant: a slot never mixes two environments. The generator function closes over the environments in which it was
 * made, so the slot must live inside of every scope whose names the function uses. Outside of those the farthest host is
 * best, as it is evaluated least often: an `async` arrow that uses nothing of the function around it is kept at the top
 * of the module.
 *
 * Second invariant: a slot keeps nothing alive that the user's own program would have dropped. A closure holds the
 * environments around it even when it uses none of their names; so a scope of which some closure holds a variable is
 * not left, unless there is no host inside of it.
 *
 * Rejected: always the innermost host (a callback inside a function is then made anew on each call of that function);
 * moving the text of the generator to the host (lines would move).
 */
import type { FunctionContext, Scope } from "./scopes.js";

/** The scope that holds the slot of a lowered function, or `null` where only a new generator function a call is right. */
export function slotScope(context: FunctionContext): Scope | null {
  let best: Scope | null = null;
  let bound = false;
  for (let scope = context.scope.parent; scope !== null; scope = scope.parent) {
    if (scope.isHost) best = scope;
    if (context.captures.has(scope)) bound = true;
    if (scope.isOncePerHost) continue;
    if (bound || (scope.captured && best !== null)) break;
  }
  return best;
}
