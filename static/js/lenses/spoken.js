/**
 * What the server says, for reading: kinds by their titles, as the controls call them, and thousands as the page groups them.
 *
 * @typedef {import("../base/types.js").Store} Store
 */
import { grouped, midline } from "../base/format.js";

/** Kinds that are words of the language too are named by what they are called in a sentence. */
const ALONE = ["mse", "mae", "backprop", "adam"];

/**
 * «levenberg_marquardt needs …» as «Levenberg–Marquardt needs …».
 * @param {Store} store
 * @param {string} text
 */
export function spoken(store, text) {
  const entries = Object.values(store.get("catalog") ?? {}).filter(Array.isArray).flat();
  const titles = new Map(entries.map((entry) => [entry.kind, entry.title]));
  return grouped(text).replace(/\b[a-z]\w*\b/g, (word, at) => {
    const title = word.includes("_") || ALONE.includes(word) ? titles.get(word) : undefined;
    return title === undefined ? word : at === 0 ? title : midline(title);
  });
}
