/**
 * From a place of the screen back to the plane: which point of the drawn 3-D surface is seen there.
 *
 * @typedef {import("../plot/field.js").Grid} Grid
 * @typedef {(x: number, y: number, z: number) => [number, number, number]} Project  to [left, top, depth]; a smaller depth is nearer
 */

/**
 * The point under the pixel that is nearest to the eye; null beside the surface.
 * @param {[number, number]} pixel
 * @param {{xs: number[], ys: number[], heights: Grid}} surface
 * @param {Project} project
 * @returns {[number, number]|null}
 */
export function under(pixel, { xs, ys, heights }, project) {
  const seen = heights.map((row, r) => row.map((z, c) => (z === null ? null : project(xs[c], ys[r], z))));
  /** @type {{at: [number, number], depth: number}|null} */
  let nearest = null;
  for (let r = 0; r + 1 < ys.length; r += 1) {
    for (let c = 0; c + 1 < xs.length; c += 1) {
      const [a, b, d, e] = [seen[r][c], seen[r][c + 1], seen[r + 1][c], seen[r + 1][c + 1]];
      if (!a || !b || !d || !e) continue;
      // Two triangles a cell; s and t are how far into the cell along each axis.
      for (const [corner, far, high, turned] of /** @type {const} */ ([[a, b, d, false], [e, d, b, true]])) {
        const found = within(pixel, corner, far, high);
        if (!found || (nearest && found.depth >= nearest.depth)) continue;
        const [s, t] = turned ? [1 - found.s, 1 - found.t] : [found.s, found.t];
        nearest = { at: [xs[c] + s * (xs[c + 1] - xs[c]), ys[r] + t * (ys[r + 1] - ys[r])], depth: found.depth };
      }
    }
  }
  return nearest?.at ?? null;
}

/**
 * s and t of pixel = corner + s (far − corner) + t (high − corner), and the depth there; null outside the triangle.
 * @param {[number, number]} pixel
 * @param {[number, number, number]} corner
 * @param {[number, number, number]} far
 * @param {[number, number, number]} high
 * @returns {{s: number, t: number, depth: number}|null}
 */
function within([x, y], corner, far, high) {
  const [ax, ay, bx, by] = [far[0] - corner[0], far[1] - corner[1], high[0] - corner[0], high[1] - corner[1]];
  const [px, py, area] = [x - corner[0], y - corner[1], ax * by - ay * bx];
  if (area === 0) return null;
  const [s, t] = [(px * by - py * bx) / area, (ax * py - ay * px) / area];
  if (s < 0 || t < 0 || s + t > 1) return null;
  return { s, t, depth: corner[2] + s * (far[2] - corner[2]) + t * (high[2] - corner[2]) };
}
