// tsyncio without a build step.
import { coroutine, run } from "tsyncio";
import { startServer } from "tsyncio/net";

const echo = coroutine(function* (reader, writer) {
  for (;;) {
    const data = yield* reader.read(65536);
    if (data.length === 0) return;
    writer.write(data);
    yield* writer.drain();
  }
});

await run(
  coroutine(function* () {
    const server = yield* startServer(echo, "127.0.0.1", 0);
    console.log(server.port);
    yield* server.serveForever();
  }),
);
