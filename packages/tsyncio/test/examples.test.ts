import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { type Output, start, tsyncio, WORKSPACE } from "./programs.js";

/** The lines that the header of an example says it prints, without the remarks in brackets. */
function promised(name: string): string {
  const source = readFileSync(join(WORKSPACE, "examples", name), "utf8");
  const lines = source.slice(0, source.indexOf("*/")).matchAll(/^ \* {5}(.*)$/gm);
  return [...lines].map(([, line = ""]) => `${line.replace(/\s+\(.*\)$/, "")}\n`).join("");
}

describe("The first programs", () => {
  test("coroutine.ts prints what its header says: it pauses for a second and gives a value back", async (t) => {
    const begin = performance.now();
    assert.deepEqual(await tsyncio(t, ["run", "examples/coroutine.ts"]), {
      stdout: "hello\nworld\nrun gave 42\n",
      stderr: "",
      status: 0,
    });
    assert.ok(performance.now() - begin >= 1000);
    assert.equal(promised("coroutine.ts"), "hello\nworld\nrun gave 42\n");
  });

  test("gather.ts prints what its header says: several at once take as long as the longest", async (t) => {
    const { stdout, stderr, status } = await tsyncio(t, ["run", "examples/gather.ts"]);
    const time = Number(/after (\d+\.\d) s\n$/.exec(stdout)?.[1]);
    assert.ok(time >= 0.3, stdout);
    assert.equal(stdout.replace(/[\d.]+ s\n$/, "0.3 s\n"), promised("gather.ts"));
    assert.deepEqual({ stderr, status }, { stderr: "", status: 0 });
  });

  test("forgotten-await.ts prints what its header says: the line of the call without await", async (t) => {
    const { stdout, stderr, status } = await tsyncio(t, ["run", "examples/forgotten-await.ts"]);
    const [first, second, third] = promised("forgotten-await.ts").trimEnd().split("\n");
    assert.equal(stdout, `${first}\n`);
    assert.deepEqual(stderr.replace(WORKSPACE, "…").split("\n").slice(0, 2), [second, third]);
    const source = readFileSync(join(WORKSPACE, "examples/forgotten-await.ts"), "utf8");
    const [, line, column] = /:(\d+):(\d+)$/.exec(third ?? "") ?? [];
    assert.match(source.split("\n")[Number(line) - 1]?.slice(Number(column) - 1) ?? "", /^sendMail\("/);
    assert.equal(status, 0);
  });

  test("highway.ts, the program to be traced, has no other fault than those that it is to show", async (t) => {
    assert.deepEqual(await tsyncio(t, ["run", "examples/highway.ts"]), {
      stdout: "9 pages; Error: 503 from the broken mirror\n",
      stderr: "",
      status: 0,
    });
  });
});

describe("redis.ts", () => {
  test("prints what its header says: commands of ten thousand tasks share a connection, also where half of them are cancelled", async (t) => {
    if (spawnSync("redis-server", ["--version"]).status !== 0) {
      t.skip("redis-server is not installed");
      return;
    }
    assert.deepEqual(await tsyncio(t, ["run", "examples/redis.ts"]), {
      stdout: promised("redis.ts"),
      stderr: "",
      status: 0,
    });
  });
});

type Answer = (request: IncomingMessage, response: ServerResponse, visit: number) => void;

const page =
  (...parts: string[]): Answer =>
  (_request, response) =>
    response.writeHead(200, { "content-type": "text/html" }).end(parts.join("\n"));
const link = (href: string): string => `<a href="${href}">x</a>`;
const never: Answer = () => {};

/** A web site for one test. */
class TinySite {
  readonly requests: string[] = [];
  readonly #server = createServer((request, response) => {
    const path = request.url ?? "";
    this.requests.push(path);
    const answer = this.#pages[path];
    if (answer === undefined) response.writeHead(404).end();
    else answer(request, response, this.visits(path));
  });
  readonly #pages: Readonly<Record<string, Answer>>;

  constructor(pages: Readonly<Record<string, Answer>>) {
    this.#pages = pages;
  }

  async open(t: TestContext): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    t.after(() => {
      this.#server.close();
      this.#server.closeAllConnections();
    });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  visits(path: string): number {
    return this.requests.filter((request) => request === path).length;
  }
}

const PROGRAM = ["run", "examples/linkcheck.ts"];

/** The numbers at the top of the summary. */
function summary({ stdout }: Output): Record<string, string> {
  const rows = stdout.matchAll(/^ {2}(pages|links|broken links|retries) +(.*)$/gm);
  return Object.fromEntries([...rows].map(([, name = "", value = ""]) => [name, value]));
}

describe("linkcheck", () => {
  test("finds a broken link, and tells the page on which it stands", async (t) => {
    const site = new TinySite({
      "/": page(
        link("/a/"),
        link("b.html#there"),
        link("b.html#gone"),
        link("https://example.org/"),
        link("mailto:x@y"),
      ),
      "/a/": page(link("../missing"), link("./deep/lost"), '<img src="/no.png">'),
      "/b.html": page(link("/missing"), '<h1 id="there">B</h1>'),
    });
    const url = await site.open(t);
    const output = await tsyncio(t, [...PROGRAM, url, "--rate", "1000"]);
    assert.equal(output.stderr, "");
    assert.deepEqual(summary(output), {
      pages: "6",
      links: "7 (1 lead to other sites and were not followed)",
      "broken links": "4",
      retries: "0",
    });
    const broken = output.stdout.split("\n").filter((line) => / on \//.test(line));
    assert.deepEqual(
      broken.map((line) => line.trim().replace(/ {2,}/g, " | ")),
      [
        "answers 404 | /a/deep/lost | on /a/",
        "answers 404 | /missing | on /a/ and 1 other page",
        "answers 404 | /no.png | on /a/",
        "no such anchor | /b.html#gone | on /",
      ],
    );
    assert.match(output.stdout, /^Slowest pages\n( {2}\d\.\d\d s {2}\/.*\n)+/m);
    assert.equal(output.status, 0);
  });

  test("asks each address once", async (t) => {
    const site = new TinySite({ "/": page(link("/"), link("/a"), link("/a#x"), link("a")), "/a": page(link("/")) });
    await tsyncio(t, [...PROGRAM, await site.open(t), "--rate", "1000"]);
    assert.deepEqual(site.requests, ["/", "/a"]);
  });

  test("tries a page again that fails at first", async (t) => {
    const good = page("fine");
    const site = new TinySite({
      "/": page(link("/flaky"), link("/broken")),
      "/flaky": (request, response, visit) => {
        if (visit < 3) response.writeHead(503).end();
        else good(request, response, visit);
      },
      "/broken": (_request, response) => response.destroy(),
    });
    const output = await tsyncio(t, [...PROGRAM, await site.open(t), "--rate", "1000"]);
    assert.deepEqual([site.visits("/flaky"), site.visits("/broken"), summary(output)["retries"]], [3, 3, "4"]);
    assert.equal(summary(output)["broken links"], "1");
    assert.doesNotMatch(output.stdout, /503/);
  });

  test("gives up a page that does not answer in time, and closes the connection", async (t) => {
    const closed: Promise<unknown>[] = [];
    const site = new TinySite({
      "/": page(link("/slow"), link("/half")),
      "/slow": (_request, response) => closed.push(once(response, "close")),
      "/half": (_request, response) => {
        closed.push(once(response, "close"));
        response.writeHead(200, { "content-type": "text/html" }).write("<p>and then");
      },
    });
    const output = await tsyncio(t, [...PROGRAM, await site.open(t), "--timeout", "2"]);
    assert.match(output.stdout, /^ {2}no answer in 2s +\/half +on \/$/m);
    assert.match(output.stdout, /^ {2}no answer in 2s +\/slow +on \/$/m);
    assert.deepEqual([site.visits("/slow"), site.visits("/half"), closed.length], [3, 3, 6]);
    await Promise.all(closed);
    assert.equal(output.status, 0);
  });

  test("has no more requests under way than --concurrency says", async (t) => {
    const names = Array.from({ length: 12 }, (_, index) => `/${index}`);
    const open: (() => void)[] = [];
    let most = 0;
    // Answers three at a time, and gives a fourth the time to come before.
    const slow: Answer = (request, response, visit) => {
      most = Math.max(
        most,
        open.push(() => page("fine")(request, response, visit)),
      );
      if (open.length === 3) setTimeout(() => void open.splice(0).map((answer) => answer()), 25);
    };
    const site = new TinySite({
      "/": page(...names.map(link)),
      ...Object.fromEntries(names.map((name) => [name, slow])),
    });
    const output = await tsyncio(t, [...PROGRAM, await site.open(t), "--concurrency", "3", "--rate", "10000"]);
    assert.equal(most, 3);
    assert.equal(summary(output)["pages"], "13");
  });

  test("asks the site no more often than --rate says", async (t) => {
    let begin = 0;
    let last = 0;
    const first: Answer = (request, response, visit) => {
      begin = performance.now();
      page(...names.map(link))(request, response, visit);
    };
    const timed: Answer = (request, response, visit) => {
      last = performance.now();
      page("fine")(request, response, visit);
    };
    const names = Array.from({ length: 6 }, (_, index) => `/${index}`);
    const site = new TinySite({ "/": first, ...Object.fromEntries(names.map((name) => [name, timed])) });
    await tsyncio(t, [...PROGRAM, await site.open(t), "--rate", "25"]);
    assert.ok(last - begin > 5 * 40 - 30, `${last - begin} ms`);
  });

  test("visits at most --max-pages addresses", async (t) => {
    const names = Array.from({ length: 12 }, (_, index) => `/${index}`);
    const site = new TinySite({
      "/": page(...names.map(link)),
      ...Object.fromEntries(names.map((name) => [name, page("x")])),
    });
    const output = await tsyncio(t, [...PROGRAM, await site.open(t), "--max-pages", "4", "--rate", "1000"]);
    assert.deepEqual([site.requests.length, summary(output)["pages"]], [4, "4"]);
  });

  test("Ctrl-C ends it at once with 130, and what was found until then is printed", async (t) => {
    const names = ["/a", "/missing", "/held", "/held-too", "/later"];
    const closed: Promise<unknown>[] = [];
    const held: Answer = (_request, response) => {
      closed.push(once(response, "close"));
      if (site.visits("/held") + site.visits("/held-too") === 2) program.signal("SIGINT");
    };
    const site = new TinySite({
      "/": page(...names.map(link)),
      "/a": page("x"),
      "/held": held,
      "/held-too": held,
      "/later": never,
    });
    const url = await site.open(t);
    const program = start(t, [...PROGRAM, url, "--concurrency", "2", "--rate", "1000"]);
    const output = await program.end();
    assert.equal(output.status, 130);
    assert.equal(output.stderr, "");
    assert.deepEqual(summary(output), {
      pages: "3",
      links: "5 (0 lead to other sites and were not followed)",
      "broken links": "1",
      retries: "0",
    });
    assert.match(output.stdout, /^ {2}answers 404 +\/missing +on \/$/m);
    assert.equal(closed.length, 2);
    await Promise.all(closed);
    assert.equal(site.visits("/later"), 0);
  });

  test("without a URL it checks the documents of the installed packages", async (t) => {
    const output = await tsyncio(t, [...PROGRAM, "--max-pages", "60"]);
    assert.match(output.stdout, /^Checking http:\/\/127\.0\.0\.1:\d+\/ /);
    assert.equal(summary(output)["pages"], "60");
    assert.equal(output.stderr, "");
    assert.equal(output.status, 0);
  });

  test("--help tells the options", async (t) => {
    const { stdout, stderr, status } = await tsyncio(t, [...PROGRAM, "--help"]);
    assert.match(
      stdout,
      /^Usage: npm start -- \[OPTION…\] \[URL\]\n[\s\S]*--concurrency N[\s\S]*--timeout S[\s\S]*--max-pages N/,
    );
    assert.deepEqual({ stderr, status }, { stderr: "", status: 0 });
  });

  describe("bad input gets one message and status 1", () => {
    const cases: readonly (readonly [string, readonly string[], RegExp])[] = [
      ["no URL", ["examples"], /^linkcheck: "examples" is no web address; write it in full, such as https:.*\n$/],
      [
        "a URL of another kind",
        ["ftp://example.org/"],
        /^linkcheck: "ftp:\/\/example\.org\/" is no web address; .*\n$/,
      ],
      ["two URLs", ["http://a/", "http://b/"], /^linkcheck: one URL is enough, got .*\n$/],
      ["an unknown option", ["--fast"], /^linkcheck: Unknown option '--fast'.*\n$/],
      [
        "no number",
        ["--concurrency", "many"],
        /^linkcheck: --concurrency takes a whole number of at least 1, not "many"\n$/,
      ],
      ["a timeout of nothing", ["--timeout", "0"], /^linkcheck: --timeout takes a number above 0, not "0"\n$/],
    ];
    for (const [name, args, message] of cases) {
      test(name, async (t) => {
        const { stdout, stderr, status } = await tsyncio(t, [...PROGRAM, ...args]);
        assert.match(stderr, message);
        assert.deepEqual({ stdout, status }, { stdout: "", status: 1 });
      });
    }

    test("a host that nobody answers at", async (t) => {
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      server.close();
      await once(server, "close");
      const { stderr, status } = await tsyncio(t, [...PROGRAM, `http://127.0.0.1:${port}/`]);
      assert.equal(
        stderr,
        `linkcheck: cannot read http://127.0.0.1:${port}/: connect ECONNREFUSED 127.0.0.1:${port}\n`,
      );
      assert.equal(status, 1);
    });

    test("a first page that is not there", async (t) => {
      const url = `${await new TinySite({}).open(t)}nowhere`;
      const { stderr, status } = await tsyncio(t, [...PROGRAM, url]);
      assert.equal(stderr, `linkcheck: cannot read ${url}: answers 404\n`);
      assert.equal(status, 1);
    });
  });
});
