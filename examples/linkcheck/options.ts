/** The command line of `linkcheck`. */
import { parseArgs } from "node:util";

const HELP = `Usage: npm start -- [OPTION…] [URL]

Reads a web site page by page and reports the links that lead nowhere. Without a URL it checks the documentation of the
installed packages, which it serves itself.

Options:
  --concurrency N   requests at once (default 16)
  --timeout S       seconds that a request may take (default 5; for its own site 1)
  --rate N          requests per second (default 20; for its own site 200)
  --max-pages N     visit at most N addresses (default 2000)
  --help            print this`;

export interface Options {
  readonly url: string | undefined;
  readonly concurrency: number;
  readonly timeout: `${number}s`;
  readonly rate: number;
  readonly maxPages: number;
}

/** Reads the options; ends the process where help was asked for, or where they make no sense. */
export function readOptions(): Options {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        concurrency: { type: "string", default: "16" },
        timeout: { type: "string" },
        rate: { type: "string" },
        "max-pages": { type: "string", default: "2000" },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) {
      console.log(HELP);
      process.exit(0);
    }
    if (positionals.length > 1) throw new Error(`one URL is enough, got ${positionals.join(" ")}`);
    const url = positionals[0] === undefined ? undefined : webAddress(positionals[0]);
    return {
      url,
      concurrency: wholeNumber("--concurrency", values.concurrency),
      timeout: `${positiveNumber("--timeout", values.timeout ?? (url === undefined ? "1" : "5"))}s`,
      rate: positiveNumber("--rate", values.rate ?? (url === undefined ? "200" : "20")),
      maxPages: wholeNumber("--max-pages", values["max-pages"]),
    };
  } catch (error) {
    fail((error as Error).message);
  }
}

/** One message, and the end. */
export function fail(message: string): never {
  console.error(`linkcheck: ${message}`);
  process.exit(1);
}

function webAddress(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new Error(`"${text}" is no web address; write it in full, such as https://example.org/`);
  }
  const url = new URL(text);
  url.hash = "";
  return url.href;
}

function positiveNumber(name: string, text: string): number {
  const number = Number(text);
  if (!(number > 0 && number < Number.POSITIVE_INFINITY))
    throw new Error(`${name} takes a number above 0, not "${text}"`);
  return number;
}

function wholeNumber(name: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`${name} takes a whole number of at least 1, not "${text}"`);
  return Number(text);
}
