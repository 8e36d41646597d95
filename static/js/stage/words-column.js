/**
 * The words of an example in their column: an index stands for a word, and no mean of indices stands for anything.
 *
 * @typedef {import("./scene.js").Column} Column
 * @typedef {import("./stage.js").View} View
 */
import { NARROW } from "./titles.js";
import { r1 } from "../base/svg.js";

/**
 * @param {import("../base/svg.js").Pool} pool
 * @param {View} view
 * @param {Column} column
 */
export function words(pool, view, column) {
  const vocabulary = view.store.get("info.vocabulary") ?? [];
  const mean = view.values.row === null;
  const numbers = mean ? [] : view.values.output(column.halves[0]);
  column.units.forEach((unit, i) => {
    const text = mean ? "–" : vocabulary[numbers[i]] ?? String(numbers[i]);
    const size = Math.min(14, (unit.w - 9) / (0.6 * text.length), unit.h * 0.7);
    pool.put(`word ${i}`, { class: "stage-word", x: r1(unit.x), y: r1(unit.y), "font-size": r1(Math.max(size, 6)), "text-anchor": "middle" }, text);
  });
  if (!mean) return;
  const last = column.units[column.units.length - 1];
  const x = last.x - last.w / 2;
  // On a narrow stage the table begins just beside the words, and the legend just below.
  const [first, apart] = view.scene.width < NARROW ? [8, 11] : [11, 13];
  ["no mean", "of words"].forEach((line, i) => pool.put(`no mean ${i}`, { class: "stage-small", x: r1(x), y: r1(last.y + last.h / 2 + first + apart * i), "text-anchor": "start" }, line));
}
