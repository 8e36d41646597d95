/**
 * Rows of numbers as people write and paste them: a line each, or behind a semicolon, with commas, blanks or tabs between numbers.
 * @param {string} text
 * @returns {number[][]|null} null where something else stands
 */
export function rowsOf(text) {
  const lines = text.replaceAll("−", "-").split(/[\n\r;]/).map((line) => line.trim()).filter(Boolean);
  const rows = lines.map((line) => line.split(/[\s,]/).filter(Boolean).map(Number));
  return rows.length && rows.every((row) => row.length && row.every(Number.isFinite)) ? rows : null;
}
