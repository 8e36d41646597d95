/**
 * A field of heights over a rectangle, painted: colours on a canvas, level lines as one SVG path. Heights are rows of numbers, the
 * first row at the bottom; null stands for a height that is no number and is left unpainted.
 *
 * @typedef {(number|null)[][]} Grid
 * @typedef {[number, number, number]} Rgb
 * @typedef {(value: number) => number} Place  a coordinate to pixels
 */
import { px } from "./host.js";

/**
 * «#rrggbb» or «rgb(r, g, b)» as three numbers.
 * @param {string} text
 * @returns {Rgb}
 */
export function rgb(text) {
  const hex = /^#?([0-9a-f]{6})$/i.exec(text.trim());
  if (hex) {
    const number = Number.parseInt(hex[1], 16);
    return [number >> 16, (number >> 8) & 255, number & 255];
  }
  const parts = text.match(/[\d.]+/g) ?? ["128", "128", "128"];
  return [Number(parts[0]), Number(parts[1]), Number(parts[2])];
}

/**
 * 256 colours between stops [place in 0…1, colour].
 * @param {[number, string][]} stops
 * @returns {Rgb[]}
 */
export function ramp(stops) {
  const known = stops.map(([at, colour]) => /** @type {const} */ ([at, rgb(colour)]));
  return Array.from({ length: 256 }, (_, i) => {
    const t = i / 255;
    const next = Math.max(1, known.findIndex(([at]) => at >= t));
    const [[a, from], [b, to]] = [known[next - 1], known[next]];
    const share = b > a ? (t - a) / (b - a) : 0;
    return /** @type {Rgb} */ (from.map((c, k) => Math.round(c + share * (to[k] - c))));
  });
}

/**
 * Paint the field over the whole canvas; the outermost heights lie on its edges.
 * @param {HTMLCanvasElement} canvas
 * @param {Grid} grid
 * @param {(value: number) => Rgb} colour
 * @param {number} [alpha] 0…255
 */
export function paint(canvas, grid, colour, alpha = 255) {
  const [rows, columns] = [grid.length, grid[0]?.length ?? 0];
  const context = canvas.getContext("2d");
  if (!context || !rows || !columns || !canvas.width || !canvas.height) return;
  const small = sized(columns, rows);
  const pen = small.getContext("2d");
  if (!pen) return;
  const image = pen.createImageData(columns, rows);
  for (let r = 0; r < rows; r += 1) {
    for (let c = 0; c < columns; c += 1) {
      const value = grid[rows - 1 - r][c];
      if (value == null) continue;
      const at = 4 * (r * columns + c);
      const [red, green, blue] = colour(value);
      image.data[at] = red;
      image.data[at + 1] = green;
      image.data[at + 2] = blue;
      image.data[at + 3] = alpha;
    }
  }
  pen.putImageData(image, 0, 0);
  // A pixel is a cell around its grid point: the outermost ones reach half a cell beyond the edge.
  const [width, height] = [canvas.width / Math.max(1, columns - 1), canvas.height / Math.max(1, rows - 1)];
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "high";
  context.drawImage(small, -width / 2, -height / 2, columns * width, rows * height);
}

/** @type {HTMLCanvasElement|null} */
let scratch = null;

/**
 * One canvas serves all paintings, one after the other.
 * @param {number} width
 * @param {number} height
 * @returns {HTMLCanvasElement}
 */
function sized(width, height) {
  scratch ??= document.createElement("canvas");
  if (scratch.width !== width || scratch.height !== height) Object.assign(scratch, { width, height });
  return scratch;
}

/** The edges of a cell: 0 bottom, 1 right, 2 top, 3 left; which pairs a level line joins, by the corners above the level. */
const JOINS = [[], [3, 0], [0, 1], [3, 1], [1, 2], [3, 0, 1, 2], [0, 2], [3, 2], [2, 3], [2, 0], [0, 1, 2, 3], [2, 1], [1, 3], [1, 0], [0, 3], []];

/**
 * The line on which the field has this height (marching squares, linear along the edges of a cell), as SVG path data.
 * @param {Grid} grid
 * @param {number[]} xs  coordinates of the columns
 * @param {number[]} ys  coordinates of the rows
 * @param {number} level
 * @param {Place} toX
 * @param {Place} toY
 * @returns {string}
 */
export function levelLine(grid, xs, ys, level, toX, toY) {
  const [right, up] = [xs.map(toX), ys.map(toY)];
  /** @type {string[]} */
  const parts = [];
  for (let r = 0; r + 1 < ys.length; r += 1) {
    for (let c = 0; c + 1 < xs.length; c += 1) {
      const corners = [grid[r][c], grid[r][c + 1], grid[r + 1][c + 1], grid[r + 1][c]];
      if (corners.some((v) => v == null)) continue;
      cell(/** @type {number[]} */ (corners), level, right[c], right[c + 1], up[r], up[r + 1], parts);
    }
  }
  return parts.join("");
}

/**
 * @param {number[]} corners from the lower left, anticlockwise
 * @param {number} level
 * @param {number} x0
 * @param {number} x1
 * @param {number} y0
 * @param {number} y1
 * @param {string[]} parts
 */
function cell([a, b, c, d], level, x0, x1, y0, y1, parts) {
  const joins = JOINS[(a > level ? 1 : 0) | (b > level ? 2 : 0) | (c > level ? 4 : 0) | (d > level ? 8 : 0)];
  for (let k = 0; k < joins.length; k += 2) {
    const [p, q] = [edge(joins[k]), edge(joins[k + 1])];
    parts.push(`M${px(p[0])} ${px(p[1])}L${px(q[0])} ${px(q[1])}`);
  }

  /** @param {number} side @returns {[number, number]} */
  function edge(side) {
    if (side === 0) return [x0 + ((x1 - x0) * (level - a)) / (b - a), y0];
    if (side === 1) return [x1, y0 + ((y1 - y0) * (level - b)) / (c - b)];
    if (side === 2) return [x0 + ((x1 - x0) * (level - d)) / (c - d), y1];
    return [x0, y0 + ((y1 - y0) * (level - a)) / (d - a)];
  }
}

/**
 * The height between the grid points, bilinear: what the drawn surface shows there; null outside.
 * @param {Grid} grid
 * @param {number[]} xs rising
 * @param {number[]} ys rising
 * @param {number} x
 * @param {number} y
 * @returns {number|null}
 */
export function heightAt(grid, xs, ys, x, y) {
  const [c, s] = cellOf(xs, x);
  const [r, t] = cellOf(ys, y);
  if (c < 0 || r < 0) return null;
  const corners = [grid[r][c], grid[r][c + 1], grid[r + 1][c], grid[r + 1][c + 1]];
  if (corners.some((v) => v == null)) return null;
  const [a, b, d, e] = /** @type {number[]} */ (corners);
  return (1 - t) * ((1 - s) * a + s * b) + t * ((1 - s) * d + s * e);
}

/**
 * The slope of the drawn surface along each axis, by differences over a cell about the point (one-sided at an edge); null outside.
 * @param {Grid} grid
 * @param {number[]} xs rising
 * @param {number[]} ys rising
 * @param {number} x
 * @param {number} y
 * @returns {[number, number]|null}
 */
export function slopeAt(grid, xs, ys, x, y) {
  /** @param {number[]} values @param {number} at @param {(v: number) => number|null} height */
  const along = (values, at, height) => {
    const half = (values[1] - values[0]) / 2;
    const [a, b] = [Math.max(values[0], at - half), Math.min(values[values.length - 1], at + half)];
    const [low, high] = [height(a), height(b)];
    return low === null || high === null ? null : (high - low) / (b - a);
  };
  const slopes = [along(xs, x, (v) => heightAt(grid, xs, ys, v, y)), along(ys, y, (v) => heightAt(grid, xs, ys, x, v))];
  return slopes[0] === null || slopes[1] === null ? null : [slopes[0], slopes[1]];
}

/**
 * The cell that a coordinate lies in and how far into it; −1 outside.
 * @param {number[]} values rising, evenly spaced
 * @param {number} at
 * @returns {[number, number]}
 */
function cellOf(values, at) {
  const last = values.length - 1;
  const place = ((at - values[0]) / (values[last] - values[0])) * last;
  if (!(place >= -1e-9 && place <= last + 1e-9)) return [-1, 0];
  const cellIndex = Math.min(last - 1, Math.max(0, Math.floor(place)));
  return [cellIndex, place - cellIndex];
}

/**
 * The lowest and the highest height.
 * @param {Grid} grid
 * @returns {{low: number, high: number}}
 */
export function extent(grid) {
  let [low, high] = [Infinity, -Infinity];
  for (const row of grid) {
    for (const v of row) {
      if (v == null) continue;
      if (v < low) low = v;
      if (v > high) high = v;
    }
  }
  return low <= high ? { low, high } : { low: 0, high: 1 };
}
