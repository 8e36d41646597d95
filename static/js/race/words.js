/**
 * What the race says: who leads, who is last, who is out; and what the two plots do not show.
 *
 * @typedef {import("./model.js").Race} Race
 * @typedef {{i: number, step: number|null, loss: number|null, sweeps: number|null, gap: number|null, distance: number|null, problem: string, place: number|string|null}} Row
 */
import { count, percent, show } from "../base/format.js";
import { blankInWords, flooredInWords } from "../plot/blank.js";

const SAME = 1e-6; // of the loss: runs that differ by less share a place

/**
 * Give every run that has a loss its place; equals share theirs: «=2».
 * @param {Row[]} rows
 * @returns {Row[]} those with a place, the best first
 */
export function placed(rows) {
  const order = rows.filter((row) => row.loss !== null).sort((a, b) => /** @type {number} */ (a.loss) - /** @type {number} */ (b.loss));
  let first = 0;
  order.forEach((row, k) => {
    if (k && !same(order[first], row)) first = k;
    const shared = (k > first || (order[k + 1] && same(row, order[k + 1])));
    row.place = shared ? `=${first + 1}` : first + 1;
  });
  return order;
}

/** @param {Row} a @param {Row} b */
function same({ loss: a }, { loss: b }) {
  return a !== null && b !== null && Math.abs(a - b) <= SAME * Math.max(Math.abs(a), Math.abs(b));
}

/**
 * @param {Row[]} order  the best first
 * @param {Row[]} rows  all runs
 * @param {(i: number) => string} title
 * @param {boolean} refused  have all been refused?
 * @param {{clock: "step"|"sweeps", time: number}} at  where they are compared
 * @returns {string}
 */
export function standings(order, rows, title, refused, { clock, time }) {
  const out = rows.filter((row) => row.loss === null && row.problem);
  const gone = out.length ? ` Out of the race: ${out.map((row) => `${title(row.i)} (${row.problem})`).join("; ")}.` : "";
  if (!order.length) return refused ? `No run could start.${gone}` : gone.trim();
  const names = (/** @type {Row[]} */ some) => some.map((row) => title(row.i)).join(" and ");
  const [best, worst] = [order[0], order[order.length - 1]];
  const [leaders, losers] = [best, worst].map((one) => order.filter((row) => row.place === one.place));
  // At equal work one is further on than another: what they share is the number of sweeps.
  const common = clock === "sweeps" ? `at ${count(time)} sweeps` : `after ${count(best.step)} updates`;
  const when = time === 0 ? "before the first update" : common;
  if (leaders.length === order.length) return `${order.length > 1 ? `All ${order.length} that run are level` : names(order)} with a training loss of ${show(best.loss)} ${when}.${gone}`;
  const leads = `${names(leaders)} ${leaders.length > 1 ? "lead together" : "leads"} with a training loss of ${show(best.loss)} ${when}`;
  const last = `${names(losers)} ${losers.length > 1 ? "are last together" : "is last"} with ${show(worst.loss)}`;
  return `${leads}; ${last}${out.length ? ", of those that still run" : ""}.${gone}`;
}

const ABOUT = "All runs start from the same weights and are really taken.";
const SWEEP = "A sweep is one pass through the network, forward or backward, as the server counts them.";

/**
 * What is to be known of the plots as they are now.
 * @param {Race} race
 * @param {import("../plot/scale.js").Scale|null} scale  of the plane's heights
 * @param {number|null} top  the loss at which the curves are cut off
 * @param {number} unlogged  the share of the curves' points that have no logarithm
 * @returns {string}
 */
export function explained(race, scale, top, unlogged) {
  const cut = top === null ? "" : `The curves are cut off at a loss of ${show(top)}.`;
  return [ABOUT, plane(race), SWEEP, heights(scale), scale ? flooredInWords(scale) : "", blankInWords(scale?.blank ?? 0, "the plane"), cut, blankInWords(unlogged, "the curves")].filter(Boolean).join(" ");
}

/** @param {Race} race @returns {string} */
function plane({ picture, begun }) {
  if (!picture) return "";
  if (!picture.answer.explained_variance) return "Until the race has gone some way, the plane is that of the gradient at the start: straight to the left leads against it, where the loss falls most steeply.";
  const [first, second] = picture.answer.explained_variance;
  const laid = `The plane is laid through where they have been: PC 1 and PC 2, their first two principal components, are the directions in which they spread the most, and hold ${percent(first)} and ${percent(second)} of it.`;
  if (begun?.vector.length === 2) return `${laid} This model has no other parameters: the plane is its whole loss, and no run can be off it.`;
  return `${laid} A run that is far off the plane looks nearer than it is; the gap is how far the plane’s loss under it is from its true loss.`;
}

/** @param {import("../plot/scale.js").Scale|null} scale */
function heights(scale) {
  if (!scale) return "";
  const cut = scale.cap === null ? "" : `; they are cut off at ${show(scale.log ? 10 ** scale.cap : scale.cap)}, and ${percent(scale.share)} of the plane is higher`;
  return `The plane’s colours follow the ${scale.log ? "logarithm of the loss" : "loss"}${cut}.`;
}
