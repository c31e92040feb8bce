// node:net with async functions: a loop of `for await` for each connection.
import { once } from "node:events";
import { createServer } from "node:net";

async function echo(socket) {
  try {
    for await (const data of socket) {
      if (!socket.write(data)) await once(socket, "drain");
    }
    socket.end();
  } catch {
    socket.destroy();
  }
}

const server = createServer({ noDelay: true, allowHalfOpen: true }, echo);
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
