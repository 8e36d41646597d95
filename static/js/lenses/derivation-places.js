/** Places of numbers in words, counted from 1. */

/**
 * «3», «row 2, column 5 of map 1», «place 4 of map 2».
 * @param {number[]} index
 */
export function where(index) {
  return index.length === 1 ? String(index[0] + 1) : `${within(index)} of map ${index[0] + 1}`;
}

/**
 * The first of several places, which map they lie on said once where it is the same: «(row 1, column 4), (row 2, column 2) of map 2».
 * @param {number[][]} places
 * @param {number} most
 * @param {number} [all]  how many there are
 */
export function listed(places, most, all = places.length) {
  const shown = places.slice(0, most);
  const alike = shown.length > 1 && shown[0].length > 1 && shown.every((index) => index[0] === shown[0][0]);
  const named = shown.map((index) => (alike ? within(index) : where(index))).join(", ");
  return `${named}${all > shown.length ? ` and ${all - shown.length} more` : ""}${alike ? ` of map ${shown[0][0] + 1}` : ""}`;
}

/** The place on its own map. @param {number[]} index */
export function within(index) {
  const [, row, column] = index.map((i) => i + 1);
  return index.length === 2 ? `place ${row}` : `(row ${row}, column ${column})`;
}
