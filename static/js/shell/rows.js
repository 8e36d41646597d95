const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?(e[-+]?\d+)?$/i;

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

/**
 * Why a text is neither JSON nor rows of numbers, as far as that can be seen.
 * @param {string} text
 * @returns {string}
 */
export function unread(text) {
  const plain = text.replaceAll("−", "-");
  if (plain.trim() === "") return "nothing is written here";
  const said = bracketsOf(plain);
  if (said) return said;
  const written = /[[\]{}]/.test(plain) ? JSON_NUMBER : NUMBER;
  const strange = plain.split(/[\s,;[\]]+/).find((word) => word && !written.test(word));
  if (strange) return `«${strange}» is no number`;
  if (/,\s*(,|\]|$)/.test(plain)) return "a comma has nothing behind it";
  return /(\]|\d)\s+[-\d[]|\]\s*[-\d[]/.test(plain) ? "between two rows or numbers a comma is missing" : "";
}

/** @param {string} text */
function bracketsOf(text) {
  let open = 0;
  for (const letter of text) {
    open += Number(letter === "[") - Number(letter === "]");
    if (open < 0) return "a bracket ] closes none that was opened";
  }
  if (open === 0) return "";
  return open === 1 ? "a bracket [ is not closed with ]" : `${open} brackets [ are not closed with ]`;
}
