/**
 * The numbers on the stage: in the neurons, on the edges while they are few, at the biases, in the loss. Each carries its place in the
 * store; numbers.js writes it. What is not told yet has no number.
 *
 * @typedef {import("./scene.js").Column} Column
 * @typedef {import("./scene.js").Half} Half
 * @typedef {import("./scene.js").Box} Box
 * @typedef {import("./scene.js").Edge} Edge
 * @typedef {import("./stage.js").View} View
 */
import { show } from "../base/format.js";
import { times } from "../base/larger.js";
import { travelling } from "./flow.js";
import { biasNumbered, meet } from "./label-places.js";
import { lossWords } from "./loss-words.js";
import { plates } from "./plates.js";
import { twoRows } from "./strips.js";
import { Pool, r1 } from "../base/svg.js";
import { usedRows } from "./tiles.js";
import { labelBox } from "./told-places.js";
import { peak } from "./values.js";
import { word } from "../telling/words.js";
import { words } from "./words-column.js";
import { place } from "../base/view.js";

const [LEAST_SCALE, ROOMY_SCALE, NAMED_SCALE, TOLD_SCALE] = [28, 56, 96, 144]; // from one note of a link's scale to the next: the power alone, all, with its name, or with what it is of
const PLAIN = -3; // the smallest power of ten that is written out
const [LETTER, LINE, ASIDE] = [6.5, 14, 4]; // pixels: of a word beside its row of the table; and how far off its middle it may stand
const TITLE = 12; // pixels from one line of the loss's title to the next
const DIGIT = 0.66; // a digit's width as a share of the font size
const READ = 10.5; // pixels of the screen: letters that a wall's viewers can read, for which a long number stands closer in its place
const [CLOSE, HIGH, RIM] = [0.62, 0.82, 2]; // so close: a digit's true width, the letters' share of the height, pixels beside them

export class Labels {
  /** @param {SVGElement} parent */
  constructor(parent) {
    this.pool = new Pool(parent, "text");
    this.key = "";
    /** @type {Map<number, number>} the largest share on each link */
    this.peaks = new Map();
  }

  /** @param {View} view */
  paint(view) {
    this.pool.begin();
    // Thirty steps a second are seen, not read: colours and widths tell them, and the numbers come back with the pause.
    if (!view.streaming) {
      for (const column of view.scene.columns) this.#column(view, column);
      for (const link of view.scene.links) for (const e of link.edges) this.#edge(view, e);
      for (const link of view.scene.links) for (const e of link.biases) this.#bias(view, e);
    }
    for (const column of view.scene.columns) this.#heads(view, column);
    if (!view.streaming) for (const link of view.scene.links) if (link.kind === "embedding") this.#rows(view, link);
    this.#loss(view);
    if (!view.streaming) this.#scales(view);
    this.pool.end();
  }

  /**
   * @param {View} view
   * @param {Column} column
   */
  #column(view, column) {
    if (column.kind === "maps") return;
    if (column.kind === "words") words(this.pool, view, column);
    if (column.style === "full") column.halves.forEach((half, n) => column.units.forEach((unit, i) => this.#both(view, column, half, n, unit, i)));
    if (column.style === "one") column.units.forEach((unit, i) => this.#latest(view, column, unit, i));
  }

  /**
   * Arrowheads are as large as their share of the largest on the same link; this says how large that one is.
   * @param {View} view
   */
  #scales(view) {
    const { scene } = view;
    if (view.substep?.phase !== "backward") return;
    const key = `${view.drawn} ${view.traceKey}`;
    if (key !== this.key) [this.key, this.peaks] = [key, new Map()];
    for (const link of scene.links) {
      if (link.from === link.to || view.before.backward > link.link) continue;
      const [left, right] = [scene.columns[link.from].box, scene.columns[link.to].box];
      const [start, end] = [left.x + left.w / 2, right.x - right.w / 2];
      let most = this.peaks.get(link.link);
      if (most === undefined) this.peaks.set(link.link, (most = peak(travelling(view, link, -1).shares, 0)));
      const room = end - start + (left.w + right.w) / 2;
      const note = scale(most, room > ROOMY_SCALE);
      if (room < LEAST_SCALE || !note) continue;
      const text = room > TOLD_SCALE ? `largest gradient ${note}` : room > NAMED_SCALE ? `largest ${note}` : note;
      this.pool.put(`scale ${link.link}`, { class: "stage-scale", x: r1((start + end) / 2), y: r1(scene.height - 9), "text-anchor": "middle" }, text);
    }
  }

  /**
   * Value above, gradient below, in this half.
   * @param {View} view
   * @param {Column} column
   * @param {Half} half
   * @param {number} n
   * @param {Box} unit
   * @param {number} i
   */
  #both(view, column, half, n, unit, i) {
    const width = unit.w / column.halves.length;
    const x = unit.x + (n - (column.halves.length - 1) / 2) * width;
    const back = view.gradientOf(half, i);
    const rows = back > 0 && twoRows(unit, column);
    const known = view.known(half, i);
    const id = `${half.link}/${half.name}/${i}`;
    if (known > 0.4 && (rows || back === 0)) {
      this.#number(view, id, half.name, half.link, i, { x, y: unit.y - (rows ? unit.h * 0.2 : 0), width, height: unit.h * (rows ? 0.5 : 0.62), opacity: known });
    }
    if (back > 0.4) {
      this.#number(view, `${id} back`, gradientName(half), half.link, i, {
        x, y: unit.y + (rows ? unit.h * 0.27 : 0), width, height: unit.h * (rows ? 0.38 : 0.62), opacity: back, kind: "is-gradient",
      });
    }
  }

  /**
   * What the two halves show: z and a, or, where a neuron has no room for both, their gradients once those have come.
   * @param {View} view
   * @param {Column} column
   */
  #heads(view, column) {
    if (column.style !== "full" || column.kind !== "units" || column.halves.length < 2) return;
    const [unit] = column.units;
    column.halves.forEach((half, n) => {
      const back = !view.streaming && !twoRows(unit, column) && view.gradientOf(half, 0) > 0.4;
      this.#head(`head ${column.number} ${n}`, unit.x + (n - 0.5) * (unit.w / 2), unit, back ? `∂ℓ/∂${half.role}` : half.role);
    });
  }

  /**
   * A heading above a column's first neuron, clear of its border.
   * @param {string} id
   * @param {number} x
   * @param {Box} unit
   * @param {string} text
   */
  #head(id, x, unit, text) {
    this.pool.put(id, { class: "stage-small", x: r1(x), y: r1(unit.y - unit.h / 2 - 9), "text-anchor": "middle" }, text);
  }

  /**
   * Room for one number of each kind: the one that came last; or for one in all, as of a neuron with two halves.
   * @param {View} view
   * @param {Column} column
   * @param {Box} unit
   * @param {number} i
   */
  #latest(view, column, unit, i) {
    const box = { x: unit.x, y: unit.y, width: unit.w, height: unit.h * 0.7 };
    const back = column.halves.find((half) => view.gradientOf(half, i) > 0.4);
    const half = column.halves.findLast((each) => view.known(each, i) > 0.4);
    const id = `${column.number}/${i}`;
    const both = twoRows(unit, column);
    if (i === 0) this.#which(column, unit, back && !both ? undefined : half, back);
    if (back) {
      const spot = both ? { y: unit.y + unit.h * 0.22, height: unit.h * 0.44 } : {};
      this.#number(view, id, gradientName(back), back.link, i, { ...box, ...spot, opacity: 1, kind: "is-gradient" });
    }
    if (half && (both || !back)) {
      this.#number(view, `${id} value`, half.name, half.link, i,
        back ? { ...box, y: unit.y - unit.h * 0.22, height: unit.h * 0.44, opacity: 1 } : { ...box, opacity: view.known(half, i) });
    }
  }

  /**
   * The words whose rows of the table have a gradient, beside them where there they are clear of the maps and of each other.
   * @param {View} view
   * @param {import("./scene.js").Link} link
   */
  #rows(view, link) {
    const plate = plates(view.scene).find((each) => each.link === link && each.what === "weights gradient");
    if (!plate || view.values.row === null || view.gradientShown(link.link) < 0.4) return;
    const { units, maps } = view.scene.columns[link.to];
    const x = plate.box.x + plate.box.w / 2 + 4;
    const stands = [...units, ...maps];
    for (const { word: number, y } of usedRows(view, plate)) {
      const text = word(view.store, number);
      const w = LETTER * text.length;
      const box = [0, -ASIDE, ASIDE].map((off) => ({ x: x + w / 2, y: y + off, w, h: LINE })).find((each) => !stands.some((other) => meet(each, other)));
      if (!box) continue;
      stands.push(box);
      this.pool.put(`row ${number}`, { class: "stage-row-word", x: r1(x), y: r1(box.y), "text-anchor": "start" }, text);
    }
  }

  /**
   * Which of a neuron's numbers stand in a column that has room for one of each.
   * @param {Column} column
   * @param {Box} unit
   * @param {Half|undefined} half
   * @param {Half|undefined} back
   */
  #which(column, unit, half, back) {
    if (!(half ?? back) || column.halves.length < 2) return;
    const text = [half?.role, back && `∂ℓ/∂${back.role}`].filter(Boolean).join(", ");
    this.#head(`which ${column.number}`, unit.x, unit, text);
  }

  /**
   * @param {View} view
   * @param {Edge} e
   */
  #edge(view, e) {
    const box = labelBox(view, e);
    if (!box) return;
    const { x, y, w, h } = box;
    const known = view.gradientShown(e.link);
    const active = known > 0.4 && view.substep?.phase === "gradient";
    // While gradients are told, they take the weights' places: two numbers an edge would run into each other.
    const [what, kind] = active ? ["gradient:W", "is-weight is-gradient"] : ["weight:W", "is-weight"];
    this.#number(view, e.address, what, e.link, [e.j, e.k], { x, y, width: w + 5, height: h, opacity: 0.62 + 0.38 * view.emphasis(e.link), kind });
  }

  /**
   * @param {View} view
   * @param {Edge} e
   */
  #bias(view, e) {
    if (!biasNumbered(view.scene, e)) return;
    const active = view.gradientShown(e.link) > 0.4 && view.substep?.phase === "gradient";
    const box = { x: e.x0 + 9, y: e.y0 + 2, width: 54, height: 18, opacity: 0.5 + 0.5 * view.emphasis(e.link), anchor: "start" };
    this.#number(view, e.address, active ? "gradient:b" : "weight:b", e.link, e.j, { ...box, kind: active ? "is-bias is-gradient" : "is-bias" });
  }

  /** @param {View} view */
  #loss(view) {
    const { loss } = view.scene;
    const { lines, finite } = lossWords(view);
    const [first, middle] = lines.length > 1 ? [0.32, 0.27] : [0.2, 0.14];
    const small = (/** @type {string} */ id, /** @type {number} */ y, /** @type {string} */ text) => this.pool.put(id, { class: "stage-small", x: r1(loss.x), y: r1(y), "text-anchor": "middle" }, text);
    lines.forEach((line, i) => small(`loss title ${i}`, loss.y - loss.h * first + TITLE * i, line));
    const below = loss.y + loss.h * middle;
    if (!finite) small("loss told", below, "not finite");
    else if (view.lossKnown > 0.4) this.#number(view, "loss", "loss", 0, [], { x: loss.x, y: below, width: loss.w - 4, height: loss.h * (0.72 - middle), opacity: view.lossKnown });
    loss.chips.forEach((chip, k) => this.#number(view, `target ${k}`, "target", 0, k, { x: chip.x, y: chip.y, width: chip.w, height: chip.h, opacity: 1, kind: "is-target" }));
  }

  /**
   * @param {View} view
   * @param {string} id
   * @param {string} what
   * @param {number} link
   * @param {number|number[]} index
   * @param {{x: number, y: number, width: number, height: number, opacity: number, kind?: string, anchor?: string}} how
   */
  #number(view, id, what, link, index, how) {
    const { path, value } = place(view.store, what, link, index);
    if (!path) return;
    const length = Math.max(how.kind === "is-target" ? 3 : 6, show(value).length);
    const size = Math.min((how.width - 5) / (DIGIT * length), how.height * 0.78, 17);
    const least = times() > 1 ? Math.min(READ / times(), (how.width - RIM) / (CLOSE * length), how.height * HIGH) : 0;
    this.pool.put(id, {
      class: `stage-number ${how.kind ?? ""}`, "data-path": path, x: r1(how.x), y: r1(how.y), "font-size": r1(Math.max(size, least, 6)),
      // What is written on an edge stays clear of it, however pale: the rim about its figures is never seen through.
      "text-anchor": how.anchor ?? "middle", [/is-(weight|bias)/.test(how.kind ?? "") ? "fill-opacity" : "opacity"]: r1(how.opacity), "data-sign": typeof value === "number" ? Math.sign(value) : 0,
    });
  }
}

/**
 * «◂ 0.3», of small ones «◂ 3·10⁻⁵», or the power alone where that is too wide.
 * @param {number} most
 * @param {boolean} roomy
 */
function scale(most, roomy) {
  if (!(most > 0)) return "";
  const [digit, power] = most.toExponential(0).split("e");
  const plain = String(Number(most.toPrecision(1)));
  if (Number(power) >= PLAIN && Number(power) < -PLAIN) return roomy ? `◂ ${plain}` : `◂${plain}`;
  const raised = [...String(Number(power))].map((sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)])).join("");
  return roomy ? `◂ ${digit}·10${raised}` : `◂10${raised}`;
}

/** @param {Half} half */
export function gradientName(half) {
  return half.name === "input" ? "grad_input" : "grad_output";
}
