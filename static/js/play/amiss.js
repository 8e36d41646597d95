/**
 * What an address says that there is not in the network that it leads to, in words.
 *
 * @typedef {import("../base/url.js").Change} Change
 */
import { count } from "../base/format.js";
import { exists } from "../base/shape.js";
import { planeOf } from "../base/plane.js";
import { MOST_REPLAYED } from "../base/url.js";
import { parseAddress } from "../base/view.js";

/**
 * Places of the run that there are not.
 * @param {Record<string, string>} places
 * @param {number} told  how many sub-steps a step has
 * @returns {string[]}
 */
export function beyond({ step, substep }, told) {
  const [number, cursor] = [Number(step), Number(substep)];
  return [
    ...(number > MOST_REPLAYED ? [`step=${step}: a link leads to update ${count(MOST_REPLAYED)} at most.`] : []),
    ...(cursor > told ? [`substep=${substep}: a step of this network has ${told} sub-steps; it is shown to its end.`] : []),
  ];
}

/**
 * A row that no batch has.
 * @param {Record<string, string>} places
 * @param {number} rows  of a whole batch
 * @returns {string[]}
 */
export function outside({ example }, rows) {
  const has = rows === 1 ? "one row, which is shown" : `${count(rows)} rows, counted from 0; the first is shown`;
  return Number(example) >= rows ? [`example=${example.slice(0, 40)}: a batch has ${has}.`] : [];
}

/**
 * Numbers of the network that there are not.
 * @param {any} info
 * @param {Record<string, string>} places
 * @param {Change[]} timeline
 * @returns {string[]}
 */
export function absent(info, places, timeline) {
  const { selection } = places;
  const { addresses = [], address } = planeOf(places);
  const weights = [...addresses.map((text) => ["plane.addresses", text]), ...(address ? [["plane.address", address]] : [])];
  const moved = timeline.flatMap((change) => (change.moved?.weights ?? []).map(([text]) => [`moved=${change.step}`, text]));
  return [
    ...(parseAddress(selection) && !exists(info, selection) ? [`selection=${selection}: this network has no such number.`] : []),
    ...weights.filter(([, text]) => !exists(info, text, { weight: true })).map(([name, text]) => `${name}=${text}: this network has no such weight.`),
    ...moved.filter(([, text]) => !exists(info, text, { weight: true })).map(([name, text]) => `${name}:${text}: this network has no such weight.`),
  ];
}

/**
 * Weights that were moved further on in the run than the page stands.
 * @param {Change[]} timeline
 * @param {{step: number}|null} place  null: the start
 * @returns {string[]}
 */
export function ahead(timeline, place) {
  const last = place?.step ?? -1;
  return timeline.filter(({ step, moved }) => moved && step > last).map(({ step }) => `moved=${step}: the page stands before that, and nothing was moved.`);
}

/**
 * A change with those of its moved weights that there are.
 * @param {any} info
 * @param {Change} change
 * @returns {Change}
 */
export function known(info, change) {
  const weights = change.moved?.weights?.filter(([text]) => exists(info, text, { weight: true }));
  return weights ? { ...change, moved: { weights } } : change;
}
