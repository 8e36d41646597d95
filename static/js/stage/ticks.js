/**
 * The update, as a tick at every weight: up where it grew, down where it shrank, the larger the more. Where edges stand so close that the
 * ticks would lie on each other, those of the largest changes are drawn.
 *
 * @typedef {import("./scene.js").Edge} Edge
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./view.js").View} View
 */
import { along } from "./scene.js";
import { peak } from "./values.js";
import { r1, ramp } from "../base/svg.js";

const MOST_TICKS = 120; // edges; of more none has a tick
const [LEAST, LARGEST] = [5, 12]; // pixels
export const WIDE = 1.4; // times as wide as high
const NARROW = 48; // pixels from end to end of an edge: on shorter ones ticks are smaller
const SMALLEST = 0.6; // of what they are elsewhere
const TRIED = [0, 0.1, 0.2, 0.3, 0.4]; // of an edge's t, from the first place for a tick
const TOUCHING = 0.85; // of their sizes: triangles leave the corners of their boxes free

/** Where each edge's tick stands and how large it may be, whatever the update: found once per layout, so that none moves.
 * @type {WeakMap<Scene, {x: number, y: number, share: number}[]>} */
const found = new WeakMap();

/** @param {Scene} scene */
function places(scene) {
  let known = found.get(scene);
  if (!known) found.set(scene, (known = spread(scene.edges)));
  return known;
}

/**
 * Each where it is clear of those before it, or as far from them as its edge allows.
 * @param {Edge[]} edges
 */
function spread(edges) {
  /** @type {{x: number, y: number, share: number}[]} */
  const stands = [];
  for (const e of edges.length <= MOST_TICKS ? edges : []) {
    const share = e.k < 0 ? 1 : Math.max(SMALLEST, Math.min(1, (e.x1 - e.x0) / NARROW));
    const free = (/** @type {{x: number, y: number}} */ at) => Math.min(LARGEST * WIDE, ...stands.map((other) => Math.hypot(at.x - other.x, at.y - other.y)));
    const tried = (e.k < 0 ? [0] : TRIED).map((more) => along(e, first(e) + more)).map(({ x, y }) => ({ x, y, share, room: free({ x, y }) }));
    stands.push(tried.reduce((best, each) => (each.room > best.room ? each : best)));
  }
  return stands;
}

/**
 * Ticks of edges that meet in one neuron stand at different places along them.
 * @param {Edge} e
 */
function first(e) {
  return e.k < 0 ? 0.3 : 0.24 + 0.12 * ((e.k + e.j) % 2);
}

/**
 * Which changes have a tick: none, all, or the largest, where edges are so close that one's tick may leave no room for another's.
 * @param {Scene} scene
 * @returns {"none"|"largest"|"all"}
 */
export function ticked(scene) {
  const at = places(scene);
  if (at.length === 0) return "none";
  const close = at.some((a, i) => at.slice(i + 1).some((b) => touch(a, LARGEST * a.share, b, LARGEST * b.share)));
  return close ? "largest" : "all";
}

/**
 * @param {{x: number, y: number}} a
 * @param {number} s  its height
 * @param {{x: number, y: number}} b
 * @param {number} other  its height
 */
function touch(a, s, b, other) {
  const near = (TOUCHING * (s + other)) / 2;
  return Math.abs(a.x - b.x) < near * WIDE && Math.abs(a.y - b.y) < near;
}

/**
 * The ticks of the step's update as path data; "" where none is told, or where there are too many edges.
 * @param {View} view
 * @returns {string}
 */
export function ticks(view) {
  const updating = view.substep?.phase === "update" && !view.streaming;
  return updating ? drawn(view, places(view.scene), ramp(view.t, 0.2, 0.7)) : "";
}

/**
 * @param {View} view
 * @param {{x: number, y: number, share: number}[]} at
 * @param {number} grown
 */
function drawn(view, at, grown) {
  const changes = at.map((_, i) => view.parameterOf("update", view.scene.edges[i]));
  const scale = peak(changes);
  const sizes = changes.map((change, i) => at[i].share * (LEAST + (LARGEST - LEAST) * Math.sqrt(Math.abs(change) / scale)));
  const largest = at.map((_, i) => i).filter((i) => changes[i] !== 0).sort((a, b) => Math.abs(changes[b]) - Math.abs(changes[a]) || a - b); // prettier-ignore
  /** @type {number[]} */
  const shown = [];
  for (const i of largest) if (!shown.some((other) => touch(at[i], sizes[i], at[other], sizes[other]))) shown.push(i);
  return shown.map((i) => tick(at[i], sizes[i] * grown, changes[i] > 0 ? -1 : 1)).join("");
}

/**
 * @param {{x: number, y: number}} at
 * @param {number} s
 * @param {number} up
 */
function tick({ x, y }, s, up) {
  return `M${r1(x - (s * WIDE) / 2)} ${r1(y - (up * s) / 2)}h${r1(WIDE * s)}L${r1(x)} ${r1(y + (up * s) / 2)}Z`;
}
