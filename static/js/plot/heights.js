/**
 * The heights of a plane, painted from above; blank where they have none.
 *
 * @typedef {import("./scale.js").Grid} Grid
 * @typedef {import("./scale.js").Scale} Scale
 */
import { paint } from "./field.js";

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Scale} scale
 * @param {import("./field.js").Rgb[]} colours  256, from the lowest to the highest
 */
export function paintHeights(canvas, { heights, loss, low, high, blank }, colours) {
  const filled = blank > 0 ? heights.map((row, r) => row.map((v, c) => (v === null && loss[r][c] !== null ? low : v))) : heights;
  paint(canvas, filled, (v) => colours[Math.round((255 * (v - low)) / (high - low || 1))]);
  if (blank > 0) wipe(canvas, loss);
}

/**
 * Wipe away what is painted where a field over the same grid is not above 0, along the very line on which it is 0 (linear along the
 * edges of a cell).
 * @param {HTMLCanvasElement} canvas
 * @param {Grid} grid
 */
function wipe(canvas, grid) {
  const pen = canvas.getContext("2d");
  if (!pen || grid.length < 2) return;
  const [wide, high] = [canvas.width / (grid[0].length - 1), canvas.height / (grid.length - 1)];
  pen.beginPath();
  for (let r = 0; r + 1 < grid.length; r += 1) {
    for (let c = 0; c + 1 < grid[r].length; c += 1) {
      const corners = [[c, r], [c + 1, r], [c + 1, r + 1], [c, r + 1]].map(([x, y]) => ({ x, y, v: grid[y][x] }));
      if (corners.some(({ v }) => v == null) || corners.every(({ v }) => Number(v) > 0)) continue;
      notAbove(/** @type {{x: number, y: number, v: number}[]} */ (corners)).forEach(([x, y], k) => pen[k ? "lineTo" : "moveTo"](x * wide, canvas.height - y * high));
    }
  }
  pen.globalCompositeOperation = "destination-out";
  pen.fill();
  pen.globalCompositeOperation = "source-over";
}

/** The part of a cell that is not above 0. @param {{x: number, y: number, v: number}[]} corners @returns {[number, number][]} */
function notAbove(corners) {
  return corners.flatMap((p, i) => {
    const q = corners[(i + 1) % corners.length];
    const t = p.v / (p.v - q.v);
    const met = /** @type {[number, number][]} */ ((p.v > 0) === (q.v > 0) ? [] : [[p.x + t * (q.x - p.x), p.y + t * (q.y - p.y)]]);
    return p.v > 0 ? met : [/** @type {[number, number]} */ ([p.x, p.y]), ...met];
  });
}
