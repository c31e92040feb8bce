/** What was found, and how it is told. */
import type { Page } from "./page.ts";

interface Broken {
  readonly link: string;
  readonly problem: string;
  /** The pages on which the link stands. */
  readonly on: string[];
}

export class Report {
  retries = 0;
  readonly #start: string;
  readonly #begin = performance.now();
  readonly #pages = new Map<string, Page>();
  readonly #times = new Map<string, number>();

  constructor(start: string) {
    this.#start = start;
  }

  get size(): number {
    return this.#pages.size;
  }

  has(address: string): boolean {
    return this.#pages.has(address);
  }

  add(address: string, page: Page): void {
    this.#pages.set(address, page);
  }

  /** What one request for an address took; the times of several are added up. */
  addTime(address: string, milliseconds: number): void {
    this.#times.set(address, (this.#times.get(address) ?? 0) + milliseconds);
  }

  progress(): string {
    return `${count(this.size, "page")}, ${count(this.#problems(), "problem")}, ${this.#seconds()}`;
  }

  print(): void {
    const links = new Set([...this.#pages.values()].flatMap((page) => page.links));
    const elsewhere = [...links].filter((link) => !isOnSite(link, this.#start)).length;
    const broken = this.#broken();
    table([
      ["pages", `${this.size}`],
      ["links", `${links.size} (${elsewhere} lead to other sites and were not followed)`],
      ["broken links", `${broken.length}`],
      ["retries", `${this.retries}`],
      ["time", this.#seconds()],
    ]);
    if (broken.length > 0) console.log("\nBroken links, and where they stand");
    table(broken.map(({ problem, link, on }) => [problem, this.#short(link), `on ${this.#places(on)}`]));
    const slowest = [...this.#times].sort(([, a], [, b]) => b - a).slice(0, 5);
    if (slowest.length > 0) console.log("\nSlowest pages");
    table(slowest.map(([address, time]) => [`${(time / 1000).toFixed(2)} s`, this.#short(address)]));
  }

  #broken(): Broken[] {
    const broken = new Map<string, Broken>();
    for (const [address, page] of this.#pages) {
      for (const link of new Set(page.links)) {
        const problem = this.#problemOf(link);
        if (problem === undefined) continue;
        if (!broken.has(link)) broken.set(link, { link, problem, on: [] });
        broken.get(link)?.on.push(address);
      }
    }
    return [...broken.values()].sort((a, b) => a.problem.localeCompare(b.problem) || a.link.localeCompare(b.link));
  }

  #problemOf(link: string): string | undefined {
    const page = this.#pages.get(withoutAnchor(link));
    if (page === undefined || page.problem !== undefined) return page?.problem;
    const anchor = decodeURIComponent(new URL(link).hash.slice(1));
    if (anchor === "" || anchor === "top" || page.anchors.size === 0 || page.anchors.has(anchor)) return undefined;
    return "no such anchor";
  }

  #problems(): number {
    return [...this.#pages.values()].filter((page) => page.problem !== undefined).length;
  }

  #seconds(): string {
    return `${((performance.now() - this.#begin) / 1000).toFixed(1)} s`;
  }

  /** The first by name: the pages come in whatever order the network has. */
  #places(on: readonly string[]): string {
    const [first = ""] = on.toSorted();
    const more = on.length > 1 ? ` and ${count(on.length - 1, "other page")}` : "";
    return `${this.#short(first)}${more}`;
  }

  /** Without the site, where that is the one that is checked. */
  #short(address: string): string {
    const { origin } = new URL(this.#start);
    return address.startsWith(`${origin}/`) ? address.slice(origin.length) : address;
  }
}

export function withoutAnchor(link: string): string {
  return link.replace(/#.*/, "");
}

export function isOnSite(link: string, start: string): boolean {
  return new URL(link).origin === new URL(start).origin;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function table(rows: readonly (readonly string[])[]): void {
  const longest = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const widths = rows[0]?.map((_, column) => Math.min(longest(column), 50)) ?? [];
  for (const row of rows)
    console.log(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd());
}
