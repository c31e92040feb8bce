/** One program that is run twice, natively and lowered; its default export gives the value that must be the same. */
export interface Construct {
  readonly name: string;
  readonly source: string;
  /** Ending of the file. Default: `.ts`. */
  readonly extension?: string;
  /** What the program must give, where engines do not agree on it. */
  readonly expected?: unknown;
}

const PRELUDE = `
const later = <T,>(value: T): Promise<T> => Promise.resolve(value);
const failing = (message: string): Promise<never> => Promise.reject(new Error(message));
const items = (...list: any[]) => ({ async *[Symbol.asyncIterator]() { for (const item of list) yield item; } });
const caught = async (body: () => any): Promise<string> => { try { return "value " + String(await body()); } catch (e: any) { return e.name + " " + e.message; } };
const log: any[] = [];
const resource = (name: string, fails = false) => ({ name, [Symbol.dispose]() { log.push("dispose " + name); if (fails) throw new Error("dispose " + name); }, async [Symbol.asyncDispose]() { await later(0); log.push("async dispose " + name); if (fails) throw new Error("async dispose " + name); } });
void [later, failing, items, caught, log, resource];
`.replaceAll("\n", " ");

/** A program that begins with the helpers which all of them use. */
export function construct(name: string, source: string, extension?: string): Construct {
  const pragma = extension === ".tsx" ? "/** @jsxRuntime classic */ " : "";
  return { name, source: pragma + PRELUDE + source, ...(extension === undefined ? {} : { extension }) };
}
