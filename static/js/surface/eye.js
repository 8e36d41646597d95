/**
 * From which corner a plane is seen, until the user turns the scene. It follows from the plane, the run's start and its first update, and
 * from nothing that is of a moment: so a reload and a link show the side that was seen.
 *
 * @typedef {{x: number, y: number, z: number}} Eye
 * @typedef {import("./picture.js").Picture} Picture
 * @typedef {import("./visits.js").Visits} Visits
 */
import { extent, heightAt } from "../plot/field.js";
import { flatten } from "../base/vectors.js";

const TURNED = 1e-3; // further than this from where it was put, the user has moved it
const LEFT = 0.1; // in units of the scene's box
const CLIMBED = 0.1; // of the heights that are seen: less is no climb to look up at

/** @param {Eye} a @param {Eye} b */
export function sameEye(a, b) {
  return Math.hypot(a.x - b.x, a.y - b.y, a.z - b.z) < TURNED;
}

/**
 * Of the four corners that the eye may stand at, the one towards which the run leads: descent is then seen as down.
 * @param {Eye} eye  at any of them
 * @param {[number, number]} by  which way it leads on the plane
 * @param {number[]} spans  of the window, whose sides are drawn equally long
 * @returns {Eye}
 */
export function facing({ x, y, z }, by, spans) {
  const [u, v] = by.map((d, k) => d / spans[k]);
  const corners = [[x, y], [-y, x], [-x, -y], [y, -x]];
  const towards = corners.map(([a, b]) => a * u + b * v);
  const best = towards.indexOf(Math.max(...towards));
  return best < 0 ? { x, y, z } : { x: corners[best][0], y: corners[best][1], z };
}

/**
 * What the eye looks at: a little to the left of the scene's middle, for the heights' numbers stand there and reach farther out than the
 * others.
 * @param {{x: number, y: number}} eye
 * @returns {{x: number, y: number}}
 */
export function beside({ x, y }) {
  const by = LEFT / Math.hypot(x, y);
  return { x: by * y, y: -by * x };
}

/**
 * Which way a plane leads down: of the gradient's, against it; of one through the run's own states, from the first to the present one; of
 * any other, as the run's first update leads. Of a way that climbs, back: from where it climbed to, only the underside of the surface
 * would be seen, and down would look like up.
 * @param {Picture} picture
 * @param {Visits} visits
 * @param {import("../base/types.js").Store} store
 * @returns {[number, number]}
 */
export function downhill(picture, visits, store) {
  const { kind } = picture.spec;
  if (kind === "gradient") return [-1, 0];
  const own = kind === "trajectory" ? visits.own() : visits.list;
  const [from, now] = [own[0], own[own.length - 1]].map((visit) => picture.visited(visit));
  const first = store.get("firstUpdates");
  /** @type {[number, number]} */
  const by = kind === "trajectory" || kind === "points" ? [now[0] - from[0], now[1] - from[1]] : first ? picture.along(flatten(first)) : [0, 0];
  const height = (/** @type {number} */ x, /** @type {number} */ y) => heightAt(picture.loss, picture.xs, picture.ys, x, y);
  const [before, after] = [height(from[0], from[1]), height(from[0] + by[0], from[1] + by[1])];
  const { low, high } = extent(picture.loss);
  return before !== null && after !== null && after - before > CLIMBED * (high - low) ? [-by[0], -by[1]] : by;
}
