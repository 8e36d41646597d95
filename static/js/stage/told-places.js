/**
 * Where the numbers stand that must, for the moment: the weight that the story follows and those that the equation speaks of have one even
 * where others have none; and what else keeps clear of all numbers.
 *
 * @typedef {import("./scene.js").Edge} Edge
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./scene.js").Box} Box
 * @typedef {import("./view.js").View} View
 */
import { along } from "./scene.js";
import { FIRST, LAST, TRIED, aside, beside, cheapest, headings, labelPlaces, labelSize, meet, overlap, taken } from "./label-places.js";
import { sharePlaces } from "./share-places.js";

export const REACH = 0.2; // of an edge's t: how far from its place an arrowhead may stand
const HIDING = 4; // how much worse it is to cover another number than what has colours alone

/**
 * Where a weight's number stands now.
 * @param {View} view
 * @param {Edge} e
 * @returns {Box|undefined}
 */
export function labelBox(view, e) {
  return labelPlaces(view.scene).get(e) ?? toldPlaces(view).get(e);
}

/**
 * How many weights have their number now, and how many there are.
 * @param {View} view
 * @returns {[number, number]}
 */
export function counts(view) {
  return [labelPlaces(view.scene).size + toldPlaces(view).size, view.scene.links.reduce((sum, link) => sum + link.edges.length, 0)];
}

/**
 * The place nearest to `t` on an edge where something of this size is clear of the weights' numbers, the paths' shares and of `others`;
 * undefined where there is none within reach.
 * @param {View} view
 * @param {Edge} e
 * @param {number} t
 * @param {number} size  pixels
 * @param {Box[]} others
 * @param {number} reach  of the edge's t
 */
export function clearOf(view, e, t, size, others, reach = REACH) {
  const stands = [...labelPlaces(view.scene).values(), ...toldPlaces(view).values(), ...shares(view), ...others];
  const free = (/** @type {number} */ at) => !stands.some((other) => meet({ x: along(e, at).x, y: along(e, at).y, w: size, h: size }, other));
  const near = Array.from({ length: TRIED }, (_, i) => t + (reach * Math.ceil(i / 2) * (i % 2 ? 1 : -1)) / (TRIED >> 1));
  return near.find((at) => at > FIRST && at < LAST && free(at));
}

/** @param {View} view @returns {Box[]} */
function shares({ scene, store }) {
  return sharePlaces(scene, drawn(store)).map(({ box }) => box);
}

/** @type {WeakMap<Scene, {key: string, paths: unknown, places: Map<Edge, Box>}>} */
const forced = new WeakMap();

/**
 * Each where it covers least.
 * @param {View} view
 * @returns {Map<Edge, Box>}
 */
function toldPlaces(view) {
  const { scene, store } = view;
  const addresses = [store.get("spoken.weight"), ...(store.get("spoken.addresses") ?? [])];
  const key = addresses.join(" ");
  const paths = drawn(store);
  const known = forced.get(scene);
  if (known?.key === key && known.paths === paths) return known.places;
  const free = labelPlaces(scene);
  const written = shares(view);
  const heads = headings(scene);
  const stands = [...taken(scene), ...free.values(), ...written, ...heads];
  const size = labelSize(scene);
  const numbered = new Set([...written, ...heads, ...scene.columns.filter(({ kind, style }) => kind === "units" && /^(one|full)$/.test(style)).flatMap(({ units }) => units)]);
  /** @type {Map<Edge, Box>} */
  const places = new Map();
  for (const e of scene.edges.filter(({ address, k }) => k >= 0 && addresses.includes(address))) {
    if (free.has(e)) continue;
    const others = [...stands, ...places.values()];
    const cost = (/** @type {Box} */ box) => others.reduce((sum, other) => sum + (numbered.has(other) ? HIDING : 1) * overlap(box, other), 0);
    places.set(e, cheapest([...beside(e, size), ...aside(e, size)], cost));
  }
  forced.set(scene, { key, paths, places });
  return places;
}

const NONE = /** @type {import("./share-places.js").Path[]} */ ([]);

/** The paths on the network. @param {import("../base/types.js").Store} store */
function drawn(store) {
  return store.get("highlight.paths") ?? NONE;
}
