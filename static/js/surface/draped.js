/**
 * A way over the plane as it is laid on the surface: what lies in the window, in pieces so short that they follow the heights.
 *
 * @typedef {[number, number]} Pair
 */
const PIECES = 24; // across the window

/**
 * @param {Pair[]} path
 * @param {number[]} xs  of the window, rising
 * @param {number[]} ys
 * @returns {(Pair|null)[]}  broken (null) where it left the window
 */
export function draped(path, xs, ys) {
  const sides = [xs, ys].map((side) => /** @type {Pair} */ ([side[0], side[side.length - 1]]));
  /** @type {(Pair|null)[]} */
  const found = [];
  for (let i = 0; i + 1 < path.length; i += 1) {
    const [from, to] = [path[i], path[i + 1]];
    const part = inside(from, to, sides);
    if (!part) continue;
    const [begin, end] = part;
    if (found.length && (begin > 0 || !same(found[found.length - 1], from))) found.push(null);
    const far = Math.max(...sides.map(([low, high], k) => Math.abs(((end - begin) * (to[k] - from[k])) / (high - low))));
    const count = Math.max(1, Math.ceil(PIECES * far));
    for (let k = found.length && found[found.length - 1] ? 1 : 0; k <= count; k += 1) {
      const t = begin + (k / count) * (end - begin);
      found.push(t === 1 ? to : [from[0] + t * (to[0] - from[0]), from[1] + t * (to[1] - from[1])]);
    }
  }
  return found;
}

/** @param {Pair|null} a @param {Pair} b */
function same(a, b) {
  return a !== null && a[0] === b[0] && a[1] === b[1];
}

/**
 * Which part of a segment lies in the window, as shares of its way (Liang & Barsky 1984).
 * @param {Pair} from
 * @param {Pair} to
 * @param {Pair[]} sides
 * @returns {Pair|null}
 */
function inside(from, to, sides) {
  let [begin, end] = [0, 1];
  for (const [k, [low, high]] of sides.entries()) {
    const by = to[k] - from[k];
    if (by === 0 && (from[k] < low || from[k] > high)) return null;
    if (by === 0) continue;
    const [a, b] = [(low - from[k]) / by, (high - from[k]) / by];
    begin = Math.max(begin, Math.min(a, b));
    end = Math.min(end, Math.max(a, b));
  }
  return begin < end ? [begin, end] : null;
}
