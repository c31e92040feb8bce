/** What instruments are told, on the channels of `node:diagnostics_channel`. */
import type { Instrument } from "./instrument.js";

/** What is needed of the module `node:diagnostics_channel`. */
export interface DiagnosticsChannelModule {
  channel(name: string): { readonly hasSubscribers: boolean; publish(message: object): void };
}

/** The events, and what the message of each has. */
const MESSAGES: { readonly [E in keyof Instrument]-?: readonly string[] } = {
  beforeRun: [],
  afterRun: [],
  taskSpawned: ["task", "parent"],
  taskScheduled: ["task", "by"],
  beforeTaskStep: ["task"],
  taskWaits: ["task", "waited"],
  afterTaskStep: ["task"],
  taskCancelled: ["task", "by", "reason"],
  scopeCancelled: ["task", "scope", "by"],
  taskExited: ["task", "ending", "value"],
  beforeCallback: ["name"],
  afterCallback: ["name"],
  beforeIoWait: ["timeout"],
  afterIoWait: [],
};

/**
 * An instrument that publishes each event on a channel of its name, `tsyncio.taskSpawned` and so on. The message has the arguments of
 * the method of `Instrument`, by their names. A channel that nobody has subscribed to costs a look at it.
 *
 * @param module - `node:diagnostics_channel`
 * @example
 * ```ts
 * import diagnosticsChannel from "node:diagnostics_channel";
 * addInstrument(diagnosticsChannelInstrument(diagnosticsChannel));
 * diagnosticsChannel.subscribe("tsyncio.taskExited", ({ task, ending }) => console.log(task.name, ending));
 * ```
 */
export function diagnosticsChannelInstrument(module: DiagnosticsChannelModule): Instrument {
  const instrument: Record<string, (...args: unknown[]) => void> = {};
  for (const [event, fields] of Object.entries(MESSAGES)) {
    const channel = module.channel(`tsyncio.${event}`);
    instrument[event] = (...args) => {
      if (channel.hasSubscribers) channel.publish(Object.fromEntries(fields.map((field, at) => [field, args[at]])));
    };
  }
  return instrument;
}
