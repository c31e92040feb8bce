/** Words that cannot name a function in strict code, or would change what the function means. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends " +
    "false finally for function if implements import in instanceof interface let new null package private protected " +
    "public return static super switch this throw true try typeof var void while with yield"
  ).split(" "),
);

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** Hands out identifiers that occur nowhere in the file: every name that the pass adds contains a `$`. */
export class Names {
  readonly #taken: Set<string>;

  constructor(source: string) {
    this.#taken = new Set(source.match(/[\p{ID_Continue}$]*\$[\p{ID_Continue}$]*/gu));
  }

  /** `base`, or `base` with as many `$` behind it as it takes. */
  fresh(base: string): string {
    let name = base;
    while (this.#taken.has(name)) name += "$";
    this.#taken.add(name);
    return name;
  }

  readonly #given: Map<string, string> = new Map();

  /** The one name in this file for something that the pass hands to generators, such as `$super`. */
  given(word: string): string {
    let name = this.#given.get(word);
    if (name === undefined) {
      name = this.fresh(`$${word}`);
      this.#given.set(word, name);
    }
    return name;
  }

  /**
   * The name of an inner generator: the function's own, so that stacks read well; with a `$` where the name means
   * something else inside the function, or cannot name a function at all. One without a name would get that of its slot,
   * and stacks would have `at $g0`.
   */
  ofGenerator(own: string, free: ReadonlySet<string>): string {
    const name = own === "" ? "anonymous" : own;
    if (!IDENTIFIER.test(name)) return "";
    if (!RESERVED.has(name) && !free.has(name)) return name;
    let suffixed = `${name}$`;
    while (this.#taken.has(suffixed)) suffixed += "$";
    return suffixed;
  }
}
