/**
 * The path and the surface as tables, for those who do not see the picture.
 *
 * @typedef {import("./model.js").Landscape} Landscape
 */
import { show } from "../base/format.js";
import { details } from "../plot/parts.js";

const ROWS = 60;
const COARSE = 9; // heights a side: as many as can be listened to

/**
 * @param {HTMLElement} root
 * @param {Landscape} land
 * @returns {{elements: HTMLElement[], fill: () => void, readonly open: boolean}}
 */
export function tables(root, land) {
  const path = details(root, "The path as a table", ["update", "α", "β", "plane’s loss", "true loss", "gap", "off the plane"]);
  const grid = details(root, "The surface as a table", []);

  function fill() {
    const { picture } = land;
    if (!picture) {
      path.fill([]);
      grid.fill([], []);
      return;
    }
    const [a, b] = picture.labels;
    path.fill(land.gap.path.slice(-ROWS).map((row) => [
      row.placed ? `${row.step}, put there` : String(row.step), ...row.at.map((v, k) => show(v + picture.shift[k])),
      show(row.plane_loss), show(row.true_loss), show(row.gap), show(row.distance),
    ]), ["update", a, b, "plane’s loss", "true loss", "gap", "off the plane"]);
    const [columns, rows] = [picture.xs, picture.ys].map((side) => coarse(side.length));
    grid.fill(rows.map((r) => [show(picture.ys[r]), ...columns.map((c) => show(picture.loss[r][c]))]), [`${b} ↓   ${a} →`, ...columns.map((c) => show(picture.xs[c]))]);
  }

  for (const { element } of [path, grid]) element.addEventListener("toggle", fill);
  return {
    elements: [path.element, grid.element],
    fill,
    get open() {
      return path.element.open || grid.element.open;
    },
  };
}

/** @param {number} count @returns {number[]} places evenly spread from the first to the last */
function coarse(count) {
  const few = Math.min(COARSE, count);
  return Array.from({ length: few }, (_, i) => Math.round((i * (count - 1)) / (few - 1)));
}
