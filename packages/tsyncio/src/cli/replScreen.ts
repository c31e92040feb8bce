import { clearScreenDown, cursorTo, moveCursor } from "node:readline";
import type { REPLServer } from "node:repl";
import type { WriteStream } from "node:tty";

/**
 * Lets what tasks print while somebody types appear above the prompt. Returns a function that ends this.
 *
 * @param screen - writes to the terminal past what this does
 * @param isTyping - whether the prompt is shown
 */
export function printAbovePrompt(server: REPLServer, screen: WriteStream, isTyping: () => boolean): () => void {
  const streams = [process.stdout, process.stderr].filter((stream) => stream.isTTY);
  const ends = streams.map((stream) => {
    const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
    stream.write = (...args: unknown[]): boolean => {
      if (!isTyping()) return write(...args);
      const { rows } = server.getCursorPos();
      moveCursor(screen, 0, -rows);
      cursorTo(screen, 0);
      clearScreenDown(screen);
      const result = write(...args);
      if (!String(args[0]).endsWith("\n")) screen.write("\n");
      server.prompt(true);
      return result;
    };
    return () => Reflect.deleteProperty(stream, "write");
  });
  return () => {
    for (const end of ends) end();
  };
}

/** The terminal itself, as the line editor needs it, while others write to `process.stdout`. */
export function screenOf(terminal: WriteStream): WriteStream {
  return Object.create(terminal, { write: { value: terminal.write.bind(terminal) } }) as WriteStream;
}
