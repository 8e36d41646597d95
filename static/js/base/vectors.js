/**
 * Parameters as one vector, and a plane in their space: origin + α·d₀ + β·d₁.
 *
 * @typedef {import("./types.js").Tensors} Tensors
 * @typedef {{at: [number, number], distance: number, away: number}} Shadow  a point's coordinates in the plane, how far off the plane it
 *   is, and how far from the plane's origin
 */

const SQUARE = 1e-9;

/**
 * All numbers in the order of links, names and rows.
 * @param {any} nested
 * @returns {Float64Array}
 */
export function flatten(nested) {
  /** @type {number[]} */
  const found = [];
  collect(nested, found);
  return Float64Array.from(found);
}

/**
 * @param {any} value
 * @param {number[]} found
 */
function collect(value, found) {
  if (typeof value === "number") found.push(value);
  else if (value === null) found.push(NaN);
  else if (Array.isArray(value)) for (const v of value) collect(v, found);
  else for (const v of Object.values(value)) collect(v, found);
}

/**
 * Are all parameters numbers? The server sends what is not finite as null.
 * @param {import("./types.js").State} state
 * @returns {boolean}
 */
export function finite(state) {
  /** @param {any} value @returns {boolean} */
  const sound = (value) => (value !== null && typeof value === "object" ? Object.values(value).every(sound) : Number.isFinite(value));
  return sound(state.params);
}

/**
 * A tree of the same form as `like`, filled from the vector.
 * @param {any} like
 * @param {Float64Array} vector
 * @returns {any}
 */
export function unflatten(like, vector) {
  let at = 0;
  /** @param {any} value @returns {any} */
  const fill = (value) => {
    if (typeof value === "number" || value === null) {
      at += 1;
      return vector[at - 1];
    }
    if (Array.isArray(value)) return value.map(fill);
    return Object.fromEntries(Object.entries(value).map(([name, v]) => [name, fill(v)]));
  };
  return fill(like);
}

/**
 * @param {Float64Array} a
 * @param {Float64Array} b
 * @returns {number}
 */
export function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i] * b[i];
  return sum;
}

/**
 * @param {Float64Array} a
 * @param {Float64Array} b
 * @param {number} [times]
 * @returns {Float64Array} a + times·b
 */
export function plus(a, b, times = 1) {
  const sum = new Float64Array(a.length);
  for (let i = 0; i < sum.length; i += 1) sum[i] = a[i] + times * b[i];
  return sum;
}

export class Plane {
  /**
   * @param {Float64Array} origin
   * @param {Float64Array} d0
   * @param {Float64Array} d1
   */
  constructor(origin, d0, d1) {
    this.origin = origin;
    this.d0 = d0;
    this.d1 = d1;
    this.gram = [dot(d0, d0), dot(d0, d1), dot(d1, d1)];
    const [a, b, c] = this.gram;
    /** Are both directions of one length and at a right angle? Then angles and shapes on it are those in the space of all weights. */
    this.square = Math.abs(b) <= SQUARE * a && Math.abs(a - c) <= SQUARE * a;
  }

  /**
   * A displacement's coordinates: least squares, so that directions need not be orthogonal nor of length 1.
   * @param {Float64Array} v
   * @returns {[number, number]}
   */
  along(v) {
    const [a, b, c] = this.gram;
    const [p, q] = [dot(v, this.d0), dot(v, this.d1)];
    const determinant = a * c - b * b;
    if (!(determinant > 1e-300)) return [a > 0 ? p / a : 0, 0];
    return [(c * p - b * q) / determinant, (a * q - b * p) / determinant];
  }

  /**
   * A point's shadow on the plane.
   * @param {Float64Array} point
   * @returns {Shadow}
   */
  shadow(point) {
    const off = plus(point, this.origin, -1);
    const first = this.along(off);
    const left = plus(plus(off, this.d0, -first[0]), this.d1, -first[1]);
    const more = this.along(left); // once more, so that rounding leaves no trace
    const rest = plus(plus(left, this.d0, -more[0]), this.d1, -more[1]);
    return { at: [first[0] + more[0], first[1] + more[1]], distance: Math.sqrt(dot(rest, rest)), away: Math.sqrt(dot(off, off)) };
  }

  /**
   * The parameters at (α, β).
   * @param {number} alpha
   * @param {number} beta
   * @returns {Float64Array}
   */
  point(alpha, beta) {
    return plus(plus(this.origin, this.d0, alpha), this.d1, beta);
  }
}
