/** What the page does when the server is away: says so, asks again, goes on. */
import { ApiError, stale } from "../base/api.js";

/** @typedef {import("../base/types.js").Store} Store */

const FIRST_WAIT = 500;
const LONGEST_WAIT = 8000;
/** Those that wait to ask again. @type {Set<import("./run.js").Run>} */
const waiting = new Set();

/** Ask again now. */
export function retryNow() {
  for (const run of waiting) run.wake();
}

/**
 * Ask until the server answers; a fault that asking again cannot mend is thrown.
 * @template T
 * @param {Store} store
 * @param {import("./run.js").Run} run
 * @param {() => Promise<T>} ask
 * @returns {Promise<T>}
 */
export async function retrying(store, run, ask) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const answer = await ask();
      store.set("connection", null);
      // What panels said meanwhile about the server being away is over, too.
      if (store.get("error.passing")) store.set("error", null);
      return answer;
    } catch (error) {
      const passing = error instanceof ApiError && error.passing && !run.cancelled;
      if (passing) await waited(store, run, error, attempt);
      if (passing && !run.cancelled) continue;
      // Who gives up asks no more: unless others do, nothing is waited for.
      if (waiting.size === 0) store.set("connection", null);
      throw error;
    }
  }
}

/**
 * Say that the server is away and when it is asked again, and wait until then.
 * @param {Store} store
 * @param {import("./run.js").Run} run
 * @param {ApiError} error
 * @param {number} attempt
 */
async function waited(store, run, error, attempt) {
  const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt);
  store.set("connection", { message: error.message, attempt: attempt + 1, seconds: wait / 1000 });
  waiting.add(run);
  await run.pause(wait);
  waiting.delete(run);
}

/**
 * @param {Store} store
 * @param {unknown} error
 */
export function tellFailure(store, error) {
  if (stale(error)) return;
  if (error instanceof ApiError) {
    store.set("error", { field: error.field, message: error.message, hint: error.hint, passing: error.passing });
  } else {
    reportError(error);
    store.set("error", { field: null, message: "The page met a mistake of its own.", hint: String(error) });
  }
}
