/** Documents as HTML. */
import { Marked } from "marked";
import { gfmHeadingId } from "marked-gfm-heading-id";

const marked = new Marked(gfmHeadingId());

export interface Link {
  readonly href: string;
  readonly text: string;
}

export function renderMarkdown(title: string, source: string): string {
  return page(title, marked.parse(source, { async: false }));
}

/** Type declarations, with a link to each file that is imported. */
export function renderDeclarations(title: string, source: string): string {
  const code = escapeHtml(source).replace(
    /(from &quot;|import\(&quot;)(\.{1,2}\/[^&]*)&quot;/g,
    (text, before, specifier) => {
      const target = specifier.replace(/\.[jt]s$/, ".d.ts");
      return text.replace(`${before}${specifier}`, `${before}<a href="${target}">${specifier}</a>`);
    },
  );
  return page(title, `<pre>${code}</pre>`);
}

export function renderList(title: string, links: readonly Link[]): string {
  const items = links.map(({ href, text }) => `<li><a href="${escapeHtml(href)}">${escapeHtml(text)}</a></li>`);
  return page(title, `<h1>${escapeHtml(title)}</h1>\n<ul>\n${items.join("\n")}\n</ul>`);
}

function page(title: string, body: string): string {
  return `<!doctype html>\n<title>${escapeHtml(title)}</title>\n<p><a href="/">All packages</a></p>\n${body}\n`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
