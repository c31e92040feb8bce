// tsyncio in the form of the language: this file is lowered before it runs, so its async functions are coroutines.
import { run } from "tsyncio";
import { type StreamReader, type StreamWriter, startServer } from "tsyncio/net";

async function echo(reader: StreamReader, writer: StreamWriter): Promise<void> {
  for (;;) {
    const data = await reader.read(65536);
    if (data.length === 0) return;
    writer.write(data);
    await writer.drain();
  }
}

async function main(): Promise<void> {
  const server = await startServer(echo, "127.0.0.1", 0);
  console.log(server.port);
  await server.serveForever();
}

await run(main());
