/**
 * What the gradient met on its way: which windows or words use a parameter, who won a pooling, what a mask cut, where a slope is 0.
 *
 * @typedef {import("./derivation-model.js").Derivation} Derivation
 * @typedef {import("../base/types.js").Store} Store
 */
import { count } from "../base/format.js";
import { listed, where, within } from "./derivation-places.js";
import { windows } from "./derivation-windows.js";
import { h } from "../telling/parts.js";
import { section } from "./derivation-sections.js";
import { linkName } from "../base/view.js";

/** So many places are named; of more the first. */
const NAMED = 6;

/**
 * @param {Derivation} doc
 * @param {Store} store
 * @returns {HTMLElement|null}
 */
export function notes(doc, store) {
  const lines = (doc.gates ?? []).map((/** @type {any} */ each) => gate(each, doc, store)).filter(Boolean);
  const met = doc.meetings?.kind === "words" ? h("p", {}, words(doc.meetings)) : windows(doc, store);
  if (!lines.length && !met) return null;
  return section(`On the way · example ${doc.index}`, met, lines.length ? h("ul", { class: "notes" }, lines.map((/** @type {string} */ line) => h("li", {}, line))) : null);
}

/** @param {any} met */
function words(met) {
  const text = met.text?.map((/** @type {string} */ word) => (word === "<pad>" ? "·" : word)).join(" ");
  if (met.places.length === 0) return `The word «${met.word}» does not occur in «${text}»: nothing here touches its row.`;
  return `The word «${met.word}» stands at place ${met.places.map((/** @type {number} */ p) => p + 1).join(", ")} of «${text}».`;
}

/**
 * @param {any} found
 * @param {Derivation} doc
 * @param {Store} store
 * @returns {string}
 */
function gate(found, doc, store) {
  const name = linkName(store, found.kind);
  const text = found.reached > 0 ? told(found, doc) : "";
  return text && `${name.charAt(0).toUpperCase()}${name.slice(1)} (link ${found.link + 1}): ${text}`;
}

/** @param {any} found @param {Derivation} doc */
function told(found, doc) {
  if (found.winners) return pooled(found);
  if (found.share !== undefined) return `a mean passes the gradient of a window to each of its ${Math.round(1 / found.share)} numbers, 1/${Math.round(1 / found.share)} of it.`;
  if (found.units) return dropped(found, doc);
  if (found.closed_count === 0) return "";
  const why = found.kind === "relu" ? "gradient passes where z > 0 and nowhere else." : "gradient does not pass where the slope is 0.";
  return `${why} ${share(found.reached, found.closed_count, "is blocked", "are blocked")}: ${listed(closedAt(found), NAMED, found.closed_count)}.`;
}

/**
 * «All 3 numbers reached are blocked», «of the 36 numbers reached, 24 are blocked».
 * @param {number} reached
 * @param {number} some
 * @param {string} is
 * @param {string} are
 */
function share(reached, some, is, are) {
  if (reached === 1) return `The one number reached ${is}`;
  if (some === reached) return `All ${count(reached)} numbers reached ${are}`;
  return `Of the ${count(reached)} numbers reached, ${count(some)} ${some === 1 ? is : are}`;
}

/** The winners keep all of their window's gradient, the others get none. @param {any} found */
function pooled(found) {
  const rule = "the winner of a window gets its whole gradient, the others none.";
  if (found.through === 0) return `${rule} ${share(found.reached, found.reached, "loses its window, so nothing passes", "lose their windows, so nothing passes")}.`;
  const winners = found.winners.slice(0, NAMED).map((/** @type {any} */ each) => `${where(each.input)} wins window ${each.window.length > 1 ? within(each.window) : each.window[0] + 1}`);
  const more = found.through > NAMED ? ` and ${count(found.through - NAMED)} more with smaller gradients` : "";
  const losers = found.closed_count ? ` ${found.closed_count === 1 ? "One loses" : `${count(found.closed_count)} lose`}: ${listed(closedAt(found), NAMED, found.closed_count)}.` : "";
  return `${rule} ${share(found.reached, found.through, "wins", "win")}: ${winners.join("; ")}${more}.${losers}`;
}

/** @param {any} found @param {Derivation} doc */
function dropped(found, doc) {
  const here = found.closed_count === 0 ? share(found.reached, found.reached, "is kept in this example", "are kept in this example") : share(found.reached, found.closed_count, "is dropped in this example, so nothing passes", "are dropped in this example, where nothing passes");
  const units = found.units.slice(0, NAMED).map((/** @type {any} */ each) => `${found.units.length === 1 ? "" : `unit ${where(each.unit)} in `}${each.dropped_in} of the batch’s ${doc.count} examples`);
  const often = found.units.length === 1 ? ` It was dropped in ${units[0]}` : ` Dropped were ${units.join(", ")}${found.units.length > NAMED ? ", …" : ""}`;
  return `a mask drops numbers at random, anew for every example; those kept are scaled up. ${here}.${often}.`;
}

/** @param {any} found @returns {number[][]} */
function closedAt(found) {
  return found.closed.map((/** @type {string} */ address) => address.split("/")[2].split(",").map(Number));
}
