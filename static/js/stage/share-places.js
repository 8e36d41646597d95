/**
 * Where the shares of the largest paths are written: each along the edge of its path that the fewest others take, and of those where the
 * fewest edges lie, clear of the weights' numbers and of each other. One that would stand among more edges than can be told apart there
 * goes without.
 *
 * @typedef {import("./scene.js").Edge} Edge
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./scene.js").Box} Box
 * @typedef {{addresses: string[], share: number}} Path
 * @typedef {{text: string, box: Box}} Written
 */
import { clearPlace } from "./label-places.js";

/** Those that are drawn: the largest. */
export const MOST_PATHS = 40;
const MOST_SHARES = 3; // that are written
const [LETTER, LINE] = [7.5, 15]; // pixels of a written share

/** @type {WeakMap<Scene, {paths: Path[], written: Written[]}>} */
const found = new WeakMap();

/**
 * @param {Scene} scene
 * @param {Path[]} paths
 * @returns {Written[]}
 */
export function sharePlaces(scene, paths) {
  const known = found.get(scene);
  if (known?.paths === paths) return known.written;
  const edges = new Map(scene.edges.map((e) => [e.address, e]));
  const taken = new Map();
  const drawn = paths.slice(0, MOST_PATHS);
  for (const each of drawn.flatMap(({ addresses }) => addresses)) taken.set(each, (taken.get(each) ?? 0) + 1);
  /** @type {Written[]} */
  const written = [];
  for (const { addresses, share } of [...drawn].sort((a, b) => Math.abs(b.share) - Math.abs(a.share)).slice(0, MOST_SHARES)) {
    const text = inPercent(share);
    const size = { w: text.length * LETTER + 4, h: LINE };
    const own = addresses.flatMap((each) => edges.get(each) ?? []);
    const among = (/** @type {Edge} */ e) => scene.links[e.link].edges.length;
    own.sort((a, b) => taken.get(a.address) - taken.get(b.address) || among(a) - among(b));
    const box = first(own, (e) => clearPlace(scene, e, size, written.map((each) => each.box)));
    if (box) written.push({ text, box });
  }
  found.set(scene, { paths, written });
  return written;
}

/** @param {number} share */
function inPercent(share) {
  const percent = Math.round(100 * share);
  return percent === 0 && share !== 0 ? "< 1 %" : `${percent} %`.replace("-", "−");
}

/**
 * @template T, U
 * @param {T[]} all
 * @param {(each: T) => U|undefined} seek
 * @returns {U|undefined}  what is found first
 */
function first(all, seek) {
  for (const each of all) {
    const answer = seek(each);
    if (answer) return answer;
  }
  return undefined;
}
