/**
 * From which corner a new plane is first seen.
 *
 * @typedef {{x: number, y: number, z: number}} Eye
 */

const STEEP = 3; // how much a corner's height counts against the step's direction
const TURNED = 1e-3; // further than this from where it was put, the user has moved it

/** @param {Eye} a @param {Eye} b */
export function sameEye(a, b) {
  return Math.hypot(a.x - b.x, a.y - b.y, a.z - b.z) < TURNED;
}

/**
 * Of the four corners that the eye may stand at, the one towards which the step leads: descent is then seen as down. Not one that the
 * surface rises to while it is low elsewhere: from there only its underside would be seen, and down would look like up.
 * @param {Eye} eye
 * @param {[number, number]} by  the step on the plane
 * @param {number[]} spans  of the window, whose sides are drawn equally long
 * @param {(u: number, v: number) => number} height  0 to 1, at the window's corner: u and v are −1 or 1
 * @returns {Eye}
 */
export function facing({ x, y, z }, by, spans, height) {
  const [u, v] = by.map((d, k) => d / spans[k]);
  const corners = [[x, y], [-y, x], [-x, -y], [y, -x]];
  const length = Math.hypot(u, v) || 1;
  const towards = corners.map(([a, b]) => (a * u + b * v) / (length * Math.hypot(a, b)) - STEEP * height(Math.sign(a), Math.sign(b)));
  const best = towards.indexOf(Math.max(...towards));
  return best < 0 ? { x, y, z } : { x: corners[best][0], y: corners[best][1], z };
}
