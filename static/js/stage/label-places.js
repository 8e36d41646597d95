/**
 * Where the weights' numbers stand: each on its own edge, clear of the neurons, the biases and each other, and where as few other edges as
 * can be run by. Found once per layout, for the longest usual number, so that no label moves when its number changes. An edge without a
 * free place goes without its number, unless its weight is told of.
 *
 * @typedef {import("./scene.js").Edge} Edge
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./scene.js").Box} Box
 */
import { along } from "./scene.js";

/** «−0.03458» at 11 pixels, or a longer one in smaller letters. */
const LABEL = { w: 52, h: 14 };
const [LARGE, FEW] = [{ w: 76, h: 20 }, 3]; // or as large as the neurons' numbers, where so few weights have long edges
export const MOST_LABELLED = 24;
export const [FIRST, LAST, TRIED] = [0.14, 0.86, 49]; // of an edge's t
const HEAD = { w: 54, h: 13, above: 9 }; // what a column's numbers are, «a, ∂ℓ/∂z», and how far above its first neuron
const BIAS = { w: 62, h: 16 }; // a bias's square and the number beside it
const SQUARE = { w: 14, h: 14 }; // a bias's square alone
const PLATE = 8; // by how much the ring about a number that is told is larger than the number's place, with its line
const LEAST_PITCH = 46; // from one neuron to the next, or their biases go without their numbers
const NARROWEST = 44; // between two columns, or weights go without their numbers
const SHORT = 78; // between two columns: there an edge is hardly longer than its number, and numbers stand with air between them
const AIR = 10;
const CROWDED = 4; // how much worse another edge behind a number is than a place less for another number
const MOST_BEHIND = 1.5; // edges that may run behind what is written from end to end
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
  if (!places) found.set(scene, (places = scene.edges.length > MOST_LABELLED ? new Map() : sought(scene)));
  return places;
}

/** @param {Scene} scene @returns {Map<Edge, Box>} */
function sought(scene) {
  const all = edges(scene);
  return settled(scene, all, placed(all));
}

/**
 * Has every number of a weight an edge about it that is long enough to be cut?
 * @param {Scene} scene
 */
export function labelsRoomy({ edges: all }) {
  const weights = all.filter(({ k }) => k >= 0);
  return weights.length <= FEW && weights.every((e) => e.x1 - e.x0 > LARGE.w + SHORT);
}

/**
 * How large the place of a weight's number is.
 * @param {Scene} scene
 * @returns {{w: number, h: number}}
 */
export function labelSize(scene) {
  return labelsRoomy(scene) ? LARGE : LABEL;
}

/**
 * @typedef {Box & {crowd: number, air: number}} Candidate  crowd: how much of other edges lies behind it; air: pixels above and below it
 * @typedef {{e: Edge, free: Candidate[]}} Open
 */

/**
 * Every edge that is wide enough, with its places that are clear of what stands already.
 * @param {Scene} scene
 * @returns {Open[]}
 */
function edges(scene) {
  const [fixed, size] = [taken(scene), labelSize(scene)];
  return scene.links.flatMap((link) => link.edges.filter((e) => e.x1 - e.x0 >= NARROWEST)
    .map((e) => ({ e, free: candidates(e, link.edges, size).filter((box) => !fixed.some((other) => meet(box, other))) })));
}

/**
 * Greedy: next comes the edge with the fewest free places left, and of its places the one that is least crowded and takes the fewest
 * from the others.
 * @param {Open[]} all
 * @returns {Map<Edge, Candidate>}
 */
function placed(all) {
  let open = all.map((each) => ({ ...each }));
  /** @type {Map<Edge, Candidate>} */
  const places = new Map();
  while ((open = open.filter(({ free }) => free.length > 0)).length > 0) {
    const next = open.reduce((best, each) => (each.free.length < best.free.length ? each : best));
    open = open.filter((each) => each !== next);
    const cost = (/** @type {Candidate} */ box) => CROWDED * box.crowd + open.reduce((sum, { free }) => sum + free.filter((other) => close(box, other)).length / free.length, 0);
    const box = cheapest(next.free, cost);
    places.set(next.e, box);
    for (const each of open) each.free = each.free.filter((other) => !close(box, other));
  }
  return places;
}

/**
 * Once all stand, each looks again for the least crowded place that the others leave, and of those first for one where the ring about a
 * number that is told touches no neuron.
 * @param {Scene} scene
 * @param {Open[]} all
 * @param {Map<Edge, Candidate>} places
 */
function settled(scene, all, places) {
  const units = scene.columns.flatMap((column) => column.units);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { e, free } of all) {
      const others = [...places].filter(([other]) => other !== e).map(([, box]) => box);
      const left = free.filter((box) => !others.some((other) => close(box, other)));
      const ringed = left.filter((box) => !units.some((unit) => meet({ ...box, w: box.w + PLATE }, unit)));
      if (left.length > 0) places.set(e, cheapest(ringed.length > 0 ? ringed : left, ({ crowd }) => crowd));
    }
  }
  return places;
}

/**
 * @template {Box} T
 * @param {T[]} boxes
 * @param {(box: T) => number} cost
 * @returns {T}  the first of the cheapest
 */
export function cheapest(boxes, cost) {
  return boxes.map((box) => ({ box, cost: cost(box) })).reduce((best, next) => (next.cost < best.cost ? next : best)).box;
}

/**
 * From the middle outwards: of two places as good, the one nearer the middle is taken.
 * @param {Edge} e
 * @param {Edge[]} all  of the link
 * @param {{w: number, h: number}} size
 * @returns {Candidate[]}
 */
function candidates(e, all, size) {
  const others = points(all.filter((other) => other !== e));
  const middle = (FIRST + LAST) / 2;
  return Array.from({ length: TRIED }, (_, i) => FIRST + ((LAST - FIRST) * i) / (TRIED - 1))
    .sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle))
    .map((t) => ({ ...size, air: e.x1 - e.x0 < SHORT ? AIR : 0, x: along(e, t).x, y: along(e, t).y }))
    .map((box) => ({ ...box, crowd: behind(box, others) }));
}

/** @param {Edge[]} all */
function points(all) {
  return all.flatMap((e) => Array.from({ length: SAMPLES + 1 }, (_, i) => along(e, i / SAMPLES)));
}

/**
 * How much of other edges lies behind a box, in edges.
 * @param {Box} box
 * @param {{x: number, y: number}[]} others  points of them
 */
function behind(box, others) {
  const [w, h] = [box.w / 2, (box.h + 4) / 2];
  let within = 0;
  for (const { x, y } of others) if (Math.abs(box.x - x) < w && Math.abs(box.y - y) < h) within += 1;
  return within / SAMPLES;
}

/**
 * Of an edge's places that are clear of what stands on the stage and of `others`, on the edge, or just above or below it, the one that the
 * fewest other edges run behind, and none where more do than can be told apart. Clear of the rings that numbers may have, where there is
 * room.
 * @param {Scene} scene
 * @param {Edge} e
 * @param {{w: number, h: number}} size
 * @param {Box[]} others
 * @returns {Box|undefined}
 */
export function clearPlace(scene, e, size, others) {
  const fixed = [...taken(scene), ...others];
  const numbers = [...labelPlaces(scene).values()];
  const plates = numbers.map(({ x, y, w, h }) => ({ x, y, w: w + PLATE, h: h + PLATE }));
  const around = points(scene.links[e.link].edges.filter((other) => other !== e));
  const most = (MOST_BEHIND * size.w) / (e.x1 - e.x0);
  const roomy = beside(e, size).map((box) => ({ ...box, crowd: behind(box, around) })).filter(({ crowd }) => crowd <= most);
  const clear = (/** @type {Box[]} */ stands) => roomy.filter((box) => !stands.some((other) => meet(box, other)));
  const [free, tight] = [clear([...fixed, ...plates]), clear([...fixed, ...numbers])];
  return tight.length ? cheapest(free.length ? free : tight, ({ crowd }) => crowd) : undefined;
}

/**
 * All places along an edge, then those just above it, then those just below.
 * @param {Edge} e
 * @param {{w: number, h: number}} size
 * @returns {Box[]}
 */
export function beside(e, size) {
  return [0, -size.h, size.h].flatMap((off) => candidates(e, [], size).map(({ x, y }) => ({ ...size, x, y: y + off })));
}

/**
 * The same with one end at an end of the edge, where the number is longer than the edge is wide: of the columns it then covers one, and
 * the ring about it none of the other's figures.
 * @param {Edge} e
 * @param {{w: number, h: number}} size
 * @returns {Box[]}
 */
export function aside(e, size) {
  if (e.x1 - e.x0 >= size.w) return [];
  return [e.x1 - (size.w + PLATE) / 2, e.x0 + (size.w + PLATE) / 2].flatMap((x) => beside(e, size).map((box) => ({ ...box, x })));
}

/**
 * Has a neuron's bias room for its number?
 * @param {Scene} scene
 * @param {Edge} e
 * @returns {boolean}
 */
export function biasNumbered(scene, e) {
  const { style, units } = scene.columns[scene.links[e.link].to];
  const pitch = units.length > 1 ? Math.abs(units[1].y - units[0].y) : scene.height / 2;
  return style === "full" && pitch >= LEAST_PITCH;
}

/**
 * What stands already: neurons, and biases with their numbers.
 * @param {Scene} scene
 * @returns {Box[]}
 */
export function taken(scene) {
  const biases = scene.links.flatMap((link) => link.biases)
    .map((e) => (biasNumbered(scene, e) ? { ...BIAS, x: e.x0 - 6 + BIAS.w / 2, y: e.y0 + 2 } : { ...SQUARE, x: e.x0, y: e.y0 }));
  return [...scene.columns.flatMap((column) => column.units), ...biases];
}

/**
 * Where it is written what a column's numbers are.
 * @param {Scene} scene
 * @returns {Box[]}
 */
export function headings(scene) {
  return scene.columns.filter(({ kind, style, halves }) => kind === "units" && /^(one|full)$/.test(style) && halves.length > 1)
    .map(({ units: [{ x, y, h }] }) => ({ x, y: y - h / 2 - HEAD.above, w: HEAD.w, h: HEAD.h }));
}

/**
 * @param {Box} a
 * @param {Box} b
 * @returns {number} square pixels
 */
export function overlap(a, b) {
  const shared = (/** @type {number} */ apart, /** @type {number} */ sizes, /** @type {number} */ least) => Math.max(0, Math.min(least, sizes / 2 - Math.abs(apart)));
  return shared(a.x - b.x, a.w + b.w, Math.min(a.w, b.w)) * shared(a.y - b.y, a.h + b.h, Math.min(a.h, b.h));
}

/**
 * Does one number leave another no air?
 * @param {Candidate} a
 * @param {Candidate} b
 */
function close(a, b) {
  return meet({ ...a, h: a.h + 2 * Math.max(a.air, b.air) }, b);
}

/**
 * @param {Box} a
 * @param {Box} b
 */
export function meet(a, b) {
  return 2 * Math.abs(a.x - b.x) < a.w + b.w && 2 * Math.abs(a.y - b.y) < a.h + b.h;
}
