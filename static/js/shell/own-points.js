/**
 * Own points begin as some of the points that are there: of every class its share, evenly from the first to the last.
 */

/** An address holds them all. */
const MOST = 60;

/** @typedef {{indices: number[], raw: any[], label: any[]}} Part  of the examples, those trained on or those held back */

/**
 * @param {{task: string, train: Part, test: Part}} data
 * @returns {{x: any[], y: any[], said: string}} said: that some were left out ("" if none was)
 */
export function ownPoints({ task, train, test }) {
  const all = [train, test]
    .flatMap(({ indices, raw, label }) => indices.map((index, i) => ({ index, x: raw[i], y: label[i] })))
    .sort((a, b) => a.index - b.index);
  const labelled = task === "binary" || task === "classes";
  const kinds = labelled ? [...new Set(all.map(({ y }) => y))] : [null];
  const groups = kinds.map((kind) => all.filter(({ y }) => kind === null || y === kind));
  const shares = shared(Math.min(MOST, all.length), groups.map((group) => group.length));
  const taken = groups.flatMap((group, g) => evenly(group, shares[g])).sort((a, b) => a.index - b.index);
  const words = `${taken.length} of ${all.length} points taken over, ${labelled ? "of every class its share" : "evenly"}.`;
  return { x: taken.map(({ x }) => x), y: taken.map(({ y }) => y), said: taken.length < all.length ? words : "" };
}

/**
 * Whole numbers in proportion to `sizes`, by largest remainders, and at least 1 each.
 * @param {number} total
 * @param {number[]} sizes
 */
function shared(total, sizes) {
  const sum = sizes.reduce((a, b) => a + b, 0);
  const quotas = sizes.map((size) => (total * size) / sum);
  const shares = quotas.map((quota) => Math.max(1, Math.floor(quota)));
  const remainders = quotas.map((quota, i) => ({ i, left: quota - shares[i] })).sort((a, b) => b.left - a.left);
  const rest = total - shares.reduce((a, b) => a + b, 0);
  for (const { i } of remainders.slice(0, Math.max(0, rest))) shares[i] += 1;
  return shares;
}

/**
 * @template T
 * @param {T[]} group
 * @param {number} count  of them, at most all
 */
function evenly(group, count) {
  return Array.from({ length: count }, (_, i) => group[Math.floor(((i + 0.5) * group.length) / count)]);
}
