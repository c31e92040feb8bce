/** The engine's inspector of this thread, where there is one: Node's. Its answers come at once. */

type Answer = Record<string, unknown>;

interface Session {
  connect(): void;
  disconnect(): void;
  post(method: string, params: object, answered: (error: Error | null, answer: Answer) => void): void;
  on(event: string, listener: (message: { params: Answer }) => void): void;
}

/** How code asks it. */
export interface Inspector {
  /** @throws Error where the engine has no answer */
  ask<T>(method: string, params?: object): T;
  /** A handle of an object of this thread. */
  handleOf(object: object): string;
  on(event: string, listener: (params: Answer) => void): void;
}

/** Where an object is for the moment in which it is handed to the inspector, or by it. */
const SHOWN = Symbol.for("tsyncio.shown");
const thread = globalThis as unknown as { [SHOWN]?: unknown };

/** What the inspector was told to put there. */
export function takeShown(): unknown {
  const shown = thread[SHOWN];
  delete thread[SHOWN];
  return shown;
}

/** A module of Node; undefined elsewhere. */
export function builtin<T>(name: string): T | undefined {
  const { process } = globalThis as unknown as { process?: { getBuiltinModule?(id: string): unknown } };
  try {
    return process?.getBuiltinModule?.(name) as T | undefined;
  } catch {
    return undefined;
  }
}

/** Gives what `use` gives; `otherwise` where there is no inspector, or it does not answer. */
export function inspecting<T>(use: (inspector: Inspector) => T, otherwise: T): T {
  const inspector = builtin<{ Session?: new () => Session }>("node:inspector");
  if (!inspector?.Session) return otherwise;
  let session: Session;
  try {
    session = new inspector.Session();
    session.connect();
  } catch {
    // Deno and Bun have the name alone.
    return otherwise;
  }
  const ask = <A>(method: string, params: object = {}): A => {
    let answer: Answer | undefined;
    let failure: unknown = new Error(`${method}: no answer`);
    session.post(method, params, (error, given) => {
      failure = error;
      answer = given;
    });
    if (!answer) throw failure;
    return answer as A;
  };
  try {
    return use({
      ask,
      handleOf(object) {
        thread[SHOWN] = object;
        const expression = 'globalThis[Symbol.for("tsyncio.shown")]';
        const { result } = ask<{ result: { objectId: string } }>("Runtime.evaluate", { expression });
        delete thread[SHOWN];
        return result.objectId;
      },
      on: (event, listener) => session.on(event, ({ params }) => listener(params)),
    });
  } catch {
    return otherwise;
  } finally {
    delete thread[SHOWN];
    session.disconnect();
  }
}
