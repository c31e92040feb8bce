import { HostWait } from "./hostWait.js";

/** Something of the platform that is gone at some time. */
interface Closing {
  readonly gone: boolean;
  /** Throws where it ended by an error that somebody has to be told of. */
  checkClosed?(): void;
}

/** Waits for the end of a writer, a server, an endpoint. */
export class WaitClosed extends HostWait<void, Closing> {
  ready(): boolean {
    return this.place.gone;
  }

  perform(): void {
    this.place.checkClosed?.();
  }
}
