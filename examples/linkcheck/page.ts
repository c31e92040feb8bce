/** What a page links to, and what can be linked to on it. */
import { parse } from "node-html-parser";

export interface Page {
  /** Absolute addresses, with their anchors. */
  readonly links: readonly string[];
  readonly anchors: ReadonlySet<string>;
  /** Why a link to this page is broken. */
  readonly problem?: string;
}

export const EMPTY: Page = { links: [], anchors: new Set() };

export function parsePage(html: string, address: string): Page {
  const root = parse(html);
  const base = root.querySelector("base[href]")?.getAttribute("href") ?? "";
  const targets = root.querySelectorAll("a[href], img[src], link[href], script[src]").map((element) => {
    return element.getAttribute("href") ?? element.getAttribute("src") ?? "";
  });
  const anchors = root
    .querySelectorAll("[id], a[name]")
    .map((element) => element.id || element.getAttribute("name") || "");
  return {
    links: absolute(targets, URL.canParse(base, address) ? new URL(base, address).href : address),
    anchors: new Set(anchors),
  };
}

function absolute(targets: readonly string[], base: string): string[] {
  const urls = targets.filter((target) => URL.canParse(target, base)).map((target) => new URL(target, base));
  return urls.filter((url) => url.protocol === "http:" || url.protocol === "https:").map((url) => url.href);
}
