/**
 * Where the weights' numbers stand: each on its own edge, clear of the neurons, the biases and each other, and where as few other edges as
 * can be run by. Found once per layout, for the longest usual number, so that no label moves when its number changes. An edge without a
 * free place goes without its number.
 *
 * @typedef {import("./scene.js").Edge} Edge
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./scene.js").Box} Box
 */
import { along } from "./scene.js";

/** «−0.03458» at 11 pixels, or a longer one in smaller letters. */
export const LABEL = { w: 52, h: 14 };
export const MOST_LABELLED = 24;
const [FIRST, LAST, TRIED] = [0.14, 0.86, 49]; // of an edge's t
const BIAS = { w: 62, h: 16 }; // a bias's square and the number beside it
const NARROWEST = 44; // between two columns, or weights go without their numbers
const CROWDED = 4; // how much worse another edge behind a number is than a place less for another number
const SAMPLES = 48;
const ROUNDS = 3;

/** @type {WeakMap<Scene, Map<Edge, Box>>} */
const found = new WeakMap();

/**
 * @param {Scene} scene
 * @returns {Map<Edge, Box>} an edge whose number has no free place is not in it
 */
export function labelPlaces(scene) {
  let places = found.get(scene);
  if (!places) found.set(scene, (places = scene.edges.length > MOST_LABELLED ? new Map() : settled(scene, placed(scene))));
  return places;
}

/**
 * Where a weight's number stands now: a weight that the equation speaks of has one even where others have none.
 * @param {import("./view.js").View} view
 * @param {Edge} e
 * @returns {Box|undefined}
 */
export function labelBox(view, e) {
  const box = labelPlaces(view.scene).get(e);
  if (box || e.k < 0 || !(view.store.get("spoken.addresses") ?? []).includes(e.address)) return box;
  const { x, y } = along(e, 0.5);
  return { ...LABEL, x, y };
}

/**
 * @typedef {Box & {crowd: number}} Candidate  crowd: how much of other edges lies behind it
 * @typedef {{e: Edge, free: Candidate[]}} Open
 */

/**
 * Every edge that is wide enough, with its places that are clear of what stands already.
 * @param {Scene} scene
 * @returns {Open[]}
 */
function edges(scene) {
  const fixed = taken(scene);
  return scene.links.flatMap((link) => link.edges.filter((e) => e.x1 - e.x0 >= NARROWEST)
    .map((e) => ({ e, free: candidates(e, link.edges).filter((box) => !fixed.some((other) => meet(box, other))) })));
}

/**
 * Greedy: next comes the edge with the fewest free places left, and of its places the one that is least crowded and takes the fewest
 * from the others.
 * @param {Scene} scene
 * @returns {Map<Edge, Candidate>}
 */
function placed(scene) {
  let open = edges(scene);
  /** @type {Map<Edge, Candidate>} */
  const places = new Map();
  while ((open = open.filter(({ free }) => free.length > 0)).length > 0) {
    const next = open.reduce((best, each) => (each.free.length < best.free.length ? each : best));
    open = open.filter((each) => each !== next);
    const cost = (/** @type {Candidate} */ box) => CROWDED * box.crowd + open.reduce((sum, { free }) => sum + free.filter((other) => meet(box, other)).length / free.length, 0);
    const box = cheapest(next.free, cost);
    places.set(next.e, box);
    for (const each of open) each.free = each.free.filter((other) => !meet(box, other));
  }
  return places;
}

/**
 * Once all stand, each looks again for the least crowded place that the others leave.
 * @param {Scene} scene
 * @param {Map<Edge, Candidate>} places
 */
function settled(scene, places) {
  const all = edges(scene);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { e, free } of all) {
      const others = [...places].filter(([other]) => other !== e).map(([, box]) => box);
      const left = free.filter((box) => !others.some((other) => meet(box, other)));
      if (left.length > 0) places.set(e, cheapest(left, ({ crowd }) => crowd));
    }
  }
  return places;
}

/**
 * @param {Candidate[]} boxes
 * @param {(box: Candidate) => number} cost
 */
function cheapest(boxes, cost) {
  return boxes.map((box) => ({ box, cost: cost(box) })).reduce((best, next) => (next.cost < best.cost ? next : best)).box;
}

/**
 * From the middle outwards: of two places as good, the one nearer the middle is taken.
 * @param {Edge} e
 * @param {Edge[]} all  of the link
 * @returns {Candidate[]}
 */
function candidates(e, all) {
  const others = all.filter((other) => other !== e).flatMap((other) => Array.from({ length: SAMPLES + 1 }, (_, i) => along(other, i / SAMPLES)));
  const middle = (FIRST + LAST) / 2;
  return Array.from({ length: TRIED }, (_, i) => FIRST + ((LAST - FIRST) * i) / (TRIED - 1))
    .sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle))
    .map((t) => ({ ...LABEL, x: along(e, t).x, y: along(e, t).y }))
    .map((box) => ({ ...box, crowd: others.filter((p) => meet(box, { ...p, w: 0, h: 4 })).length / SAMPLES }));
}

/**
 * The first of an edge's places, from the middle outwards, that is clear of what stands on the stage and of `others`: on the edge, or else
 * just above or below it.
 * @param {Scene} scene
 * @param {Edge} e
 * @param {{w: number, h: number}} size
 * @param {Box[]} others
 * @returns {Box|undefined}
 */
export function clearPlace(scene, e, size, others) {
  const stands = [...taken(scene), ...labelPlaces(scene).values(), ...others];
  const places = [0, -size.h, size.h].flatMap((off) => candidates(e, []).map(({ x, y }) => ({ ...size, x, y: y + off })));
  return places.find((box) => !stands.some((other) => meet(box, other)));
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
