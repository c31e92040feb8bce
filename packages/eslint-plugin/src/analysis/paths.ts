/** What happens along the paths of a function, in the order in which it happens. */
import type { TSESLint, TSESTree } from "@typescript-eslint/utils";

type CodePathSegment = TSESLint.CodePathSegment;

/** A step on a path. */
export interface Step<Subject> {
  readonly subject: Subject;
  /** Whether the subject begins anew here; else it is used. */
  readonly begins: boolean;
  readonly node: TSESTree.Node;
}

/** The steps of one function, by the segments of its code path. */
export class Paths<Subject> {
  readonly #steps: Map<CodePathSegment, Step<Subject>[]> = new Map();
  readonly #current: Set<CodePathSegment> = new Set();

  enter(segment: CodePathSegment): void {
    this.#current.add(segment);
  }

  leave(segment: CodePathSegment): void {
    this.#current.delete(segment);
  }

  note(step: Step<Subject>): void {
    for (const segment of this.#current) {
      const steps = this.#steps.get(segment);
      if (steps === undefined) this.#steps.set(segment, [step]);
      else steps.push(step);
    }
  }

  /** The pairs of uses of which the second can follow the first, while the subject has not begun anew. */
  *repetitions(
    /** Whether a use can follow itself on a path that is not known here. */
    repeats: (node: TSESTree.Node, subject: Subject) => boolean,
  ): Generator<readonly [first: Step<Subject>, second: Step<Subject>]> {
    for (const [segment, steps] of this.#steps) {
      for (const [index, first] of steps.entries()) {
        if (first.begins) continue;
        for (const second of this.#after(segment, index + 1, first.subject)) yield [first, second];
        if (repeats(first.node, first.subject)) yield [first, first];
      }
    }
  }

  /** The next use on each path from a place. */
  #after(segment: CodePathSegment, index: number, subject: Subject): Set<Step<Subject>> {
    const found = new Set<Step<Subject>>();
    const seen = new Set<CodePathSegment>();
    const open: (readonly [CodePathSegment, number])[] = [[segment, index]];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const [at, from] = next;
      const step = this.#steps
        .get(at)
        ?.slice(from)
        .find((it) => it.subject === subject);
      if (step !== undefined) {
        if (!step.begins) found.add(step);
        continue;
      }
      for (const following of at.nextSegments) {
        if (seen.has(following)) continue;
        seen.add(following);
        open.push([following, 0]);
      }
    }
    return found;
  }
}
