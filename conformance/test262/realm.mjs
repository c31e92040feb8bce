// One realm for one run of one test, with what test262 asks of a host.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import vm from "node:vm";

const { lower } = createRequire(import.meta.url)("@tsyncio/compiler");

/** The global that lowered scripts get their helpers from. */
const HELPERS = "$tsyncio";
/** Turns of the event loop in which nothing happens after which nothing more is expected. */
const QUIET_TURNS = 3;

const scripts = new Map();

function scriptOf(path, text) {
  let script = scripts.get(path);
  if (script === undefined) {
    script = new vm.Script(text ?? readFileSync(path, "utf8"), { filename: path });
    scripts.set(path, script);
  }
  return script;
}

/** An error, and the phase in which it came. */
export class Failure {
  constructor(phase, error) {
    this.phase = phase;
    this.error = error;
  }

  get type() {
    return this.error?.constructor?.name === "LoweringError" ? "SyntaxError" : this.error?.constructor?.name;
  }

  toString() {
    const { error } = this;
    const text = error?.message === undefined ? String(error) : `${error.name ?? this.type}: ${error.message}`;
    return `${this.phase}: ${text.split("\n")[0]}`;
  }
}

/** Runs code; what it throws becomes a {@link Failure} of the phase. */
function during(phase, run) {
  try {
    return run();
  } catch (error) {
    throw new Failure(phase, error);
  }
}

export class Realm {
  /** What the test has printed. */
  printed = [];
  #pending = new Set();
  #modules = new Map();
  #helpers;

  /**
   * @param form - `native`, or which of the helpers lowered code gets: `lazy` or `started`
   * @param helpers - the text of `helpersScript()`
   */
  constructor(form, helpers) {
    this.global = vm.createContext(vm.constants.DONT_CONTEXTIFY);
    this.form = form;
    const define = (values) => {
      for (const [key, value] of Object.entries(values))
        Object.defineProperty(this.global, key, { value, writable: true, configurable: true });
    };
    define({ print: (text) => this.printed.push(String(text)), $262: this.#host() });
    if (form === "native") {
      define({ setTimeout: this.#timer(setTimeout), clearTimeout: this.#clear(clearTimeout) });
      return;
    }
    define({
      setTimeout: this.#timer(setTimeout),
      clearTimeout: this.#clear(clearTimeout),
      setImmediate: this.#timer(setImmediate),
      queueMicrotask: (callback) => queueMicrotask(callback),
      performance: { now: () => performance.now() },
      console: { error() {}, warn() {} },
      __filename: "test262",
    });
    this.#helpers = scriptOf("helpers", helpers).runInContext(this.global)[form];
    define({ [HELPERS]: this.#helpers });
  }

  /** Runs a file of the harness, which is never lowered. */
  include(path) {
    scriptOf(path).runInContext(this.global);
  }

  /** Runs a script, or gives the failure. */
  runScript(path, text) {
    const code = this.#lowered(path, text, "cjs");
    const importModuleDynamically = (specifier) => this.#import(specifier, path);
    const script = during("parse", () => new vm.Script(code, { filename: path, importModuleDynamically }));
    during("runtime", () => script.runInContext(this.global));
  }

  async runModule(path, text) {
    const module = this.#module(path, text);
    await this.#link(module);
    try {
      await module.evaluate();
    } catch (error) {
      throw new Failure("runtime", error);
    }
  }

  /** Waits until the test has said how it ended, or until nothing is left that could. */
  async settled(isAsync) {
    for (let quiet = 0; quiet < QUIET_TURNS; quiet = this.#pending.size > 0 ? 0 : quiet + 1) {
      if (isAsync && this.printed.length > 0) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #lowered(path, text, module) {
    if (this.form === "native") return text;
    return during("parse", () => lower(text, { filename: path, module, requireHelpers: HELPERS }).code);
  }

  #module(path, text) {
    const known = this.#modules.get(path);
    if (known !== undefined) return known;
    const code = path.endsWith(".json")
      ? `export default ${text ?? readFileSync(path, "utf8")}`
      : this.#lowered(path, text ?? readFileSync(path, "utf8"), "esm");
    const module = during(
      "parse",
      () =>
        new vm.SourceTextModule(code, {
          identifier: path,
          context: this.global,
          initializeImportMeta: (meta) => {
            meta.url = path;
          },
          importModuleDynamically: (specifier) => this.#import(specifier, path),
        }),
    );
    this.#modules.set(path, module);
    return module;
  }

  async #link(module) {
    if (module.status !== "unlinked") return;
    try {
      await module.link((specifier, { identifier }) => this.#resolve(specifier, identifier));
    } catch (error) {
      if (error instanceof Failure)
        throw new Failure(error.phase === "parse" ? "resolution" : error.phase, error.error);
      throw new Failure("resolution", error);
    }
  }

  #resolve(specifier, from) {
    if (specifier === "tsyncio/syntax") return this.#helperModule();
    return this.#module(join(dirname(from), specifier));
  }

  async #import(specifier, from) {
    try {
      const module = this.#resolve(String(specifier), from);
      await this.#link(module);
      await module.evaluate();
      return module;
    } catch (failure) {
      throw failure instanceof Failure ? this.#ownError(failure.error) : failure;
    }
  }

  /** Errors that the tools throw are of this realm here, as those of an engine would be. */
  #ownError(error) {
    if (!(error instanceof SyntaxError)) return error;
    return new this.global.SyntaxError(error.message);
  }

  #helperModule() {
    const known = this.#modules.get(HELPERS);
    if (known !== undefined) return known;
    const helpers = this.#helpers;
    const names = Object.keys(helpers);
    const module = new vm.SyntheticModule(
      names,
      function () {
        for (const name of names) this.setExport(name, helpers[name]);
      },
      { context: this.global },
    );
    this.#modules.set(HELPERS, module);
    return module;
  }

  #host() {
    const { global } = this;
    return {
      global,
      createRealm: () => new Realm("native").global.$262,
      evalScript: (text) => new vm.Script(text, { filename: "evalScript" }).runInContext(global),
      detachArrayBuffer: (buffer) => structuredClone(buffer, { transfer: [buffer] }),
      gc: () => globalThis.gc?.(),
    };
  }

  #timer(set) {
    return (callback, ...args) => {
      const timer = set(
        () => {
          this.#pending.delete(timer);
          callback();
        },
        ...args,
      );
      this.#pending.add(timer);
      return timer;
    };
  }

  #clear(clear) {
    return (timer) => {
      this.#pending.delete(timer);
      clear(timer);
    };
  }
}
