/**
 * Where the weights' numbers stand: each on its own edge, clear of the neurons, the biases and each other. Found once per layout, for
 * the longest usual number, so that no label moves when its number changes. An edge without a free place goes without its number.
 *
 * @typedef {import("./scene.js").Edge} Edge
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./scene.js").Box} Box
 */
import { along } from "./scene.js";

/** «−0.03458» at 12 pixels, or a longer one in smaller letters, with its halo. */
export const LABEL = { w: 64, h: 16 };
const [FIRST, LAST, TRIED] = [0.18, 0.82, 49]; // of an edge's t
const BIAS = { w: 66, h: 16 }; // a bias's square and the number beside it
const NARROWEST = 50; // between two columns, or weights go without their numbers

/** @type {WeakMap<Scene, Map<Edge, Box>>} */
const found = new WeakMap();

/**
 * @param {Scene} scene
 * @returns {Map<Edge, Box>} an edge whose number has no free place is not in it
 */
export function labelPlaces(scene) {
  let places = found.get(scene);
  if (!places) found.set(scene, (places = placed(scene)));
  return places;
}

/**
 * Greedy: next comes the edge with the fewest free places left, and of its places the one that takes the fewest from the others.
 * @param {Scene} scene
 */
function placed(scene) {
  const fixed = taken(scene);
  let open = scene.links.flatMap((link) => link.edges).filter((e) => e.x1 - e.x0 >= NARROWEST)
    .map((e) => ({ e, free: candidates(e).filter((box) => !fixed.some((other) => meet(box, other))) }));
  /** @type {Map<Edge, Box>} */
  const places = new Map();
  while ((open = open.filter(({ free }) => free.length > 0)).length > 0) {
    const next = open.reduce((best, each) => (each.free.length < best.free.length ? each : best));
    open = open.filter((each) => each !== next);
    const cost = (/** @type {Box} */ box) => open.reduce((sum, { free }) => sum + free.filter((other) => meet(box, other)).length / free.length, 0);
    const [box] = next.free.map((each) => ({ each, lost: cost(each) })).reduce((best, { each, lost }) => (lost < best[1] ? [each, lost] : best),
      /** @type {[Box, number]} */ ([next.free[0], Infinity]));
    places.set(next.e, box);
    for (const each of open) each.free = each.free.filter((other) => !meet(box, other));
  }
  return places;
}

/**
 * From the middle outwards: of two places as good, the one nearer the middle is taken.
 * @param {Edge} e
 * @returns {Box[]}
 */
function candidates(e) {
  const middle = (FIRST + LAST) / 2;
  return Array.from({ length: TRIED }, (_, i) => FIRST + ((LAST - FIRST) * i) / (TRIED - 1))
    .sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle))
    .map((t) => ({ ...LABEL, x: along(e, t).x, y: along(e, t).y }));
}

/**
 * What stands already: neurons, and biases with their numbers.
 * @param {Scene} scene
 * @returns {Box[]}
 */
function taken(scene) {
  const biases = scene.links.flatMap((link) => link.biases).map((e) => ({ ...BIAS, x: e.x0 - 6 + BIAS.w / 2, y: e.y0 + 2 }));
  return [...scene.columns.flatMap((column) => column.units), ...biases];
}

/**
 * @param {Box} a
 * @param {Box} b
 */
function meet(a, b) {
  return 2 * Math.abs(a.x - b.x) < a.w + b.w && 2 * Math.abs(a.y - b.y) < a.h + b.h;
}
