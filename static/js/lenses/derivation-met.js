/**
 * Where a kernel's element, a bias or a word's row met the example: what it multiplied, and the δ of each of its windows. The stage draws it.
 *
 * @typedef {import("./derivation-model.js").Derivation} Derivation
 * @typedef {import("./derivation-model.js").Term} Term
 * @typedef {import("../base/types.js").Meeting} Meeting
 */
import { parseAddress } from "../base/view.js";

const MOST = 24;

/**
 * The products that are not 0, the largest first; where one path is looked at alone, the one that it starts with.
 * @param {Derivation} doc
 * @param {{addresses: string[]}[]} paths  that are drawn
 * @returns {Meeting[]}
 */
export function meetings(doc, paths) {
  if (!doc.meetings || doc.quantity !== "gradient") return [];
  const all = doc.terms.map((term, i) => ({ addresses: places(doc, term, i), share: term.value ?? 0 })).filter(({ share }) => share !== 0);
  const total = all.reduce((sum, { share }) => sum + Math.abs(share), 0);
  const through = paths.length === 1 ? paths[0].addresses[1] : null;
  const own = through === null ? all : all.filter(({ addresses }) => addresses.at(-1)?.replace("grad_", "") === through);
  return own.sort((a, b) => Math.abs(b.share) - Math.abs(a.share)).slice(0, MOST).map(({ addresses, share }) => ({ addresses, share: share / total }));
}

/**
 * The addresses of what was met and of its δ; a bias meets nothing, a word's row the place at which the word stands.
 * @param {Derivation} doc
 * @param {Term} term
 * @param {number} i
 * @returns {string[]}
 */
function places(doc, { factors: [delta, input] }, i) {
  const word = doc.meetings.kind === "words" ? `${parseAddress(doc.address)?.link}/input/${doc.meetings.places[i]}` : undefined;
  return [input?.address ?? word, delta.address].filter((each) => each !== undefined);
}
