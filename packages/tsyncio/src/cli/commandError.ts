/** The command line asks for something that cannot be done. The message is for the person who wrote it; no stack is shown. */
export class CommandError extends Error {
  /** @param status - what the process ends with */
  constructor(
    message: string,
    readonly status: number = 1,
  ) {
    super(message);
  }
}
