// Takes the place of `tsyncio/syntax` in the fourth run of a suite: the same lowered code is driven by native promises, turn by turn as the
// engine drives async functions. What fails here as well is a fault of the lowering, or of a test that reads the text of functions.
import { raising } from "./dist/kernel/raised.js";

export * from "./dist/syntax/index.js";

export function co(_site, body) {
  return driven(body);
}

export function coLazy(_site, fn, self, args) {
  return new Promise((resolve) => resolve(driven(Reflect.apply(fn, self, args))));
}

export function plain(_site, fn, self, ...args) {
  return new Promise((resolve) => resolve(Reflect.apply(fn, self, args)));
}

function driven(body) {
  return new Promise((resolve, reject) => {
    const step = (sent) => {
      try {
        const { done, value } = body.next(sent);
        if (done) resolve(value);
        else awaited(value).then(step, (error) => step(raising(error)));
      } catch (error) {
        reject(error);
      }
    };
    step();
  });
}

/** As `await` has it: what `constructor` says can throw, and a native promise is taken as it is. */
function awaited(value) {
  try {
    return Promise.resolve(value);
  } catch (error) {
    return Promise.reject(error);
  }
}

export function yielded(value) {
  return { mark: yielded, value };
}

export function delegate(value) {
  return { mark: delegate, value };
}

export async function* asyncGenerator(_site, fn, self, args) {
  const body = Reflect.apply(fn, self, args);
  let result = body.next();
  let ended = false;
  try {
    while (!result.done) {
      const { value } = result;
      let resume;
      if (value?.mark === yielded || value?.mark === delegate) {
        let thrown = true;
        try {
          const sent = value.mark === yielded ? yield value.value : yield* value.value;
          thrown = false;
          resume = () => body.next(sent);
        } catch (error) {
          thrown = false;
          resume = () => body.throw(error);
        } finally {
          // The consumer returned: the body runs its `finally` blocks, and what it awaits there.
          if (thrown) yield* rest(body);
        }
      } else {
        resume = await awaited(value).then(
          (sent) => () => body.next(sent),
          (error) => () => body.next(raising(error)),
        );
      }
      result = resume();
    }
    ended = true;
    return result.value;
  } finally {
    if (!ended) body.return();
  }
}

async function* rest(body) {
  let result = body.return();
  while (!result.done) {
    const { value } = result;
    if (value?.mark === yielded) result = body.next(yield value.value);
    else if (value?.mark === delegate) result = body.next(yield* value.value);
    else
      result = await awaited(value).then(
        (sent) => body.next(sent),
        (error) => body.next(raising(error)),
      );
  }
}
