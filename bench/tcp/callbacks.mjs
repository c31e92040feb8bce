// node:net as it is: one callback a piece, which stops reading while the peer is slow.
import { createServer } from "node:net";

const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
  socket.on("data", (data) => {
    if (!socket.write(data)) socket.pause();
  });
  socket.on("drain", () => socket.resume());
  socket.on("end", () => socket.end());
  socket.on("error", () => socket.destroy());
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
