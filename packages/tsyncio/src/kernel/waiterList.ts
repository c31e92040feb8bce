/**
 * The list in which those stand who wait: for a future, or for a primitive.
 *
 * Circular and doubly linked, its nodes are those who wait: waiting allocates nothing, and one that is cancelled leaves in O(1), also from
 * among a hundred thousand. One waits for one thing at a time, so one pair of links serves every list; they are null outside of one. Whoever
 * has a list keeps its first node, or null, and gets the new one from each change.
 */
export interface Linked {
  prev: Linked | null;
  next: Linked | null;
}

/** Puts a node at the end. Gives the first one. */
export function append<N extends Linked>(first: N | null, node: N): N {
  if (first === null) {
    node.prev = node;
    node.next = node;
    return node;
  }
  const last = first.prev as Linked;
  last.next = node;
  node.prev = last;
  node.next = first;
  first.prev = node;
  return first;
}

/** Takes a node out that stands in the list. Gives the first one that is left. */
export function detach<N extends Linked>(first: N | null, node: N): N | null {
  const { prev, next } = node as { prev: Linked; next: Linked };
  prev.next = next;
  next.prev = prev;
  node.prev = null;
  node.next = null;
  if (next === node) return null;
  return first === node ? (next as N) : first;
}
