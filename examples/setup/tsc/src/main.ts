import { gather, moveOnAfter, run, sleep } from "tsyncio";

class Downloads {
  readonly #log: string[] = [];

  async download(page: string, time = 1): Promise<string> {
    try {
      await sleep(time);
      this.#log.push(`${page} has come`);
      return page.toUpperCase();
    } finally {
      this.#log.push(`${page} is cleaned up`);
    }
  }

  async *pages(names: string[]): AsyncGenerator<string> {
    for (const name of names) yield await this.download(name);
  }

  get log(): string {
    return this.#log.join(", ");
  }
}

async function main(): Promise<void> {
  const downloads = new Downloads();
  console.log(await gather(downloads.download("a", 20), downloads.download("b", 10)));
  for await (const page of downloads.pages(["c"])) console.log(page);
  console.log(await moveOnAfter(5, () => downloads.download("d", 60_000)));
  console.log(downloads.log);
  downloads.download("e");
}

run(main());
