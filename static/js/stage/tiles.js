/**
 * The plates' numbers, painted on a canvas between Plotly's figure and our layer: a cell a number, hue its sign, strength its share of
 * the largest on the same kind of plate. Values are uncovered from left to right, gradients from right to left, as they travel.
 *
 * @typedef {import("./plates.js").Plate} Plate
 * @typedef {import("./scene.js").Half} Half
 * @typedef {import("./stage.js").View} View
 */
import { times } from "../base/larger.js";
import { plates } from "./plates.js";
import { tensorName } from "./scene.js";
import { peak } from "./values.js";
import { ramp } from "../base/svg.js";

const ROW = 10; // pixels: the least height of a row that is told

export class Tiles {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    /** @type {Plate[]} */
    this.plates = [];
    this.key = "";
  }

  /** @param {import("./scene.js").Scene} scene */
  rebuild(scene) {
    this.plates = plates(scene);
    const ratio = times() * Math.min(2, window.devicePixelRatio || 1);
    const [width, height] = [this.canvas.clientWidth * ratio, this.canvas.clientHeight * ratio].map(Math.round);
    Object.assign(this.canvas, { width, height });
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.key = "";
  }

  /** @param {View} view */
  paint(view) {
    if (this.plates.length === 0) return;
    const key = `${view.traceKey} ${view.weightsKey} ${view.theme} ${view.cursor} ${view.moving ? view.t : 1}`;
    if (key === this.key) return;
    this.key = key;
    this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    /** @type {Map<string, number>} */
    const scales = new Map();
    for (const plate of this.plates) this.#plate(view, plate, scales);
  }

  /**
   * @param {View} view
   * @param {Plate} plate
   * @param {Map<string, number>} scales
   */
  #plate(view, plate, scales) {
    for (const { numbers, shown, kind } of layers(view, plate)) {
      if (shown <= 0 || numbers.length === 0) continue;
      let scale = scales.get(kind);
      if (!scale) scales.set(kind, (scale = peak(numbers)));
      if (plate.what === "weights gradient" && plate.link.kind === "embedding" && view.values.row !== null) this.#rows(view, plate, numbers, scale, shown);
      else this.#cells(view, plate, numbers, scale, shown, kind.startsWith("gradient"));
    }
    const { x, y, w, h } = plate.box;
    this.context.strokeStyle = view.colours.line;
    this.context.lineWidth = 1;
    this.context.strokeRect(x - w / 2 - 0.5, y - h / 2 - 0.5, w + 1, h + 1);
  }

  /**
   * Of a table's gradient only the rows of the words that stand there are not 0: those are drawn, high enough to be seen.
   * @param {View} view
   * @param {Plate} plate
   * @param {number[]} numbers
   * @param {number} scale
   * @param {number} shown
   */
  #rows(view, plate, numbers, scale, shown) {
    const { context } = this;
    const { box, cols } = plate;
    const width = box.w / cols;
    for (const { word, y, h } of usedRows(view, plate)) {
      for (let column = cols - Math.ceil(cols * shown); column < cols; column += 1) {
        context.fillStyle = view.colours.deep(numbers[word * cols + column] / scale);
        context.fillRect(box.x - box.w / 2 + column * width, y - h / 2, width + 0.3, h);
      }
    }
  }

  /**
   * @param {View} view
   * @param {Plate} plate
   * @param {number[]} numbers
   * @param {number} scale
   * @param {number} shown
   * @param {boolean} back
   */
  #cells(view, plate, numbers, scale, shown, back) {
    const { context } = this;
    const { box, rows, cols, start } = plate;
    const [left, top, cw, ch] = [box.x - box.w / 2, box.y - box.h / 2, box.w / cols, box.h / rows];
    const visible = Math.ceil(cols * shown);
    for (let column = back ? cols - visible : 0; column < (back ? cols : visible); column += 1) {
      for (let row = 0; row < rows; row += 1) {
        context.fillStyle = view.colours.deep(numbers[start + row * cols + column] / scale);
        context.fillRect(left + column * cw, top + row * ch, cw + 0.3, ch + 0.3);
      }
    }
  }
}

/**
 * The rows of a table that the shown example's words take.
 * @param {View} view
 * @param {Plate} plate
 * @returns {{word: number, y: number, h: number}[]}
 */
export function usedRows(view, plate) {
  const { box, rows } = plate;
  const height = box.h / rows;
  const used = new Set(view.values.vector("input", /** @type {import("./scene.js").Link} */ (plate.link).link).map(Math.round));
  return [...used].map((word) => ({ word, y: box.y - box.h / 2 + (word + 0.5) * height, h: Math.max(height, ROW) }));
}

/**
 * What lies on a plate now, lowest first.
 * @param {View} view
 * @param {Plate} plate
 * @returns {{numbers: number[], shown: number, kind: string}[]}
 */
function layers(view, plate) {
  const { values } = view;
  if (plate.column) {
    const { halves, number } = plate.column;
    if (plate.what === "value") return halves.map((half) => ({ numbers: values.output(half), shown: view.known(half, 0), kind: `value ${number} ${half.role}` }));
    return [...halves].reverse().map((half) => ({ numbers: values.gradient(half), shown: view.gradientOf(half, 0), kind: `gradient ${number} ${half.role}` }));
  }
  const own = /** @type {import("./scene.js").Link} */ (plate.link);
  const [{ link }, name] = [own, tensorName(own)];
  const now = { numbers: values.parameter("now", link, name), shown: 1, kind: `weights ${link}` };
  const gradient = { numbers: values.parameter("gradient", link, name), shown: view.gradientShown(link) > 0.2 ? ramp(view.gradientShown(link), 0.2, 1) : 0, kind: `gradient of ${link}` };
  if (plate.what === "weights") return [now];
  if (plate.what === "weights gradient") return [gradient];
  // A receptive field has one place for both: its gradient while that is told, its weights otherwise.
  return view.substep?.phase === "gradient" ? [now, gradient] : [now];
}
