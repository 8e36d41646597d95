/**
 * From which corner a new plane is first seen.
 *
 * @typedef {{x: number, y: number, z: number}} Eye
 */

const TURNED = 1e-3; // further than this from where it was put, the user has moved it

/** @param {Eye} a @param {Eye} b */
export function sameEye(a, b) {
  return Math.hypot(a.x - b.x, a.y - b.y, a.z - b.z) < TURNED;
}

/**
 * Of the four corners that the eye may stand at, the one towards which the step leads: descent is then seen as down.
 * @param {Eye} eye
 * @param {[number, number]} by  the step on the plane
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
