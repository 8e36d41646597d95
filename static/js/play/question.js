/**
 * A link far into a run: every update before it is taken again, and a class that follows one link together keeps a server from everybody
 * else. So it is asked first, with the time that the run's first updates say it takes.
 *
 * @typedef {{store: import("../base/types.js").Store, api: import("../base/types.js").Api}} Asking
 * @typedef {{step: number, time: number, unit: string, wanted: number|null}} Question  wanted: what the address says, where that is cut
 */
import { stale } from "../base/api.js";
import { retrying, tellFailure } from "./network.js";
import { Run } from "./run.js";

/** Fewer updates are taken at once, and no more than so many, nor for longer, without asking. */
const [FEW, MANY, SECONDS] = [2000, 100_000, 10];
/** So many updates are timed, then three times as many, as long as this takes together no longer: a busy page makes few look slow. */
const [TIMED, TIMED_MILLISECONDS] = [200, 2000];
const PART = 30; // a thirtieth of the way tells enough
/** What somebody does who does not wait to be asked. */
const GOING_ON = ["experiment", "state", "cursor", "playing"];

/** @type {(answer: boolean|null) => void} */
let answer = () => {};

/** @param {boolean} yes */
export function answered(yes) {
  answer(yes);
}

/**
 * The place, once it is agreed that the run is taken again up to there; the page stands at its start. null: it stays there; undefined:
 * something else was done meanwhile.
 * @param {Asking} asking
 * @param {import("./places.js").Place|null} place
 * @param {string|undefined} wanted  what the address says
 * @returns {Promise<import("./places.js").Place|null|undefined>}
 */
export async function agreed({ store, api }, place, wanted) {
  const step = place ? place.step + (place.cursor === Infinity ? 1 : 0) : 0;
  const said = step <= FEW || (await asked({ store, api }, step, Number(wanted)));
  if (said === null) return undefined;
  return said ? place : null;
}

/**
 * @param {Asking} asking
 * @param {number} step
 * @param {number} wanted
 * @returns {Promise<boolean|null>} null: something else was done meanwhile
 */
async function asked({ store, api }, step, wanted) {
  const begun = GOING_ON.map((name) => store.get(name));
  store.set("pending", "replay");
  const seconds = await estimate({ store, api }, step).catch((error) => {
    tellFailure(store, error);
    return stale(error) ? null : Infinity;
  });
  if (seconds !== null && store.get("pending") === "replay") store.set("pending", null);
  if (seconds === null || GOING_ON.some((name, i) => store.get(name) !== begun[i])) return null;
  // The server failed at it, which is told.
  if (seconds === Infinity) return false;
  if (unasked(seconds, step)) return true;
  const minutes = seconds >= 120;
  const time = Math.max(1, Number((minutes ? seconds / 60 : seconds).toPrecision(2)));
  store.set("question", { step, time, unit: minutes ? "minutes" : "seconds", wanted: wanted > step ? wanted : null });
  const said = await new Promise((done) => {
    const leave = store.subscribe(GOING_ON, () => answer(null));
    answer = (yes) => {
      leave();
      done(yes);
    };
  });
  store.set("question", null);
  return said;
}

/**
 * How many seconds so many updates take at most; 0 where the run ends before. A request takes its own time too, and the server's plan is
 * compiled for the first: of all measures the quickest is the nearest.
 * @param {Asking} asking
 * @param {number} step
 */
async function estimate({ store, api }, step) {
  const [experiment, state, run, start] = [store.get("experiment"), store.get("state"), new Run(), performance.now()];
  let seconds = Infinity;
  for (let steps = TIMED; ; steps *= 3) {
    let [began, over] = [0, false];
    await retrying(store, run, () => {
      began = performance.now();
      return api.train(experiment, state, { steps, every: steps, kind: "estimate" }, (line) => { over = line.diverged; });
    });
    const now = performance.now();
    seconds = over ? 0 : Math.min(seconds, (((now - began) / steps) * step) / 1000);
    const enough = unasked(seconds, step) || now - start > TIMED_MILLISECONDS || steps * PART >= step;
    if (enough) return seconds;
  }
}

/**
 * @param {number} seconds
 * @param {number} step
 */
function unasked(seconds, step) {
  return seconds === 0 || (step <= MANY && seconds <= SECONDS);
}
