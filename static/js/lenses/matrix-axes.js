/**
 * The edges of matrices. Of a long one a block of places is written out, and a pager turns to the next: so every number is reached, and
 * matrices that share an edge turn together.
 *
 * @typedef {object} Axis
 * @property {string} name  what lies along it: «examples»
 * @property {number} size
 * @property {number[]} shown  the places that are written out
 * @property {(n: number) => string} [title]  what a place is called
 * @property {(() => HTMLElement)|null} pager  turns the block; matrices that share the edge may each have one
 */
import { h } from "../telling/parts.js";

export const MOST = 10;

export class Axes {
  /** @param {() => void} turned */
  constructor(turned) {
    this.turned = turned;
    /** The block that was turned to, by the axis' key. @type {Map<string, number>} */
    this.blocks = new Map();
  }

  /**
   * @param {string} key  the same axis has the same
   * @param {string} name
   * @param {number} size
   * @param {{most?: number, at?: number, title?: (n: number) => string}} [options]  `at` is in sight until somebody turns the block
   * @returns {Axis}
   */
  axis(key, name, size, { most = MOST, at = 0, title } = {}) {
    const last = Math.max(0, Math.ceil(size / most) - 1);
    const block = Math.min(last, this.blocks.get(key) ?? Math.floor(at / most));
    const first = block * most;
    const shown = Array.from({ length: Math.min(most, size - first) }, (_, n) => first + n);
    return { name, size, shown, title, pager: last > 0 ? () => this.pager(key, name, size, shown, block, last) : null };
  }

  /**
   * @param {string} key
   * @param {string} name
   * @param {number} size
   * @param {number[]} shown
   * @param {number} block
   * @param {number} last
   */
  pager(key, name, size, shown, block, last) {
    const turn = (/** @type {number} */ by, /** @type {string} */ sign, /** @type {string} */ title) => {
      const onclick = () => {
        this.blocks.set(key, (block + by + last + 1) % (last + 1));
        this.turned();
      };
      return h("button", { type: "button", class: "quiet", "aria-label": `${title} ${name}`, "data-key": `${key}:${name}:${title}`, onclick }, sign);
    };
    const range = shown.length === 1 ? `${shown[0] + 1}` : `${shown[0] + 1}–${shown[shown.length - 1] + 1}`;
    return h("span", { class: "matrix-pager" }, turn(-1, "‹", "previous"), h("span", {}, `${name} ${range} of ${size}`), turn(1, "›", "next"));
  }
}

/**
 * Some places of an axis, whatever lies between them.
 * @param {string} name
 * @param {number} size
 * @param {number[]} shown
 * @param {(n: number) => string} [title]
 * @returns {Axis}
 */
export function places(name, size, shown, title) {
  return { name, size, shown, title, pager: null };
}

/** An axis of one place. @param {string} [name] @returns {Axis} */
export const single = (name = "") => places(name, 1, [0]);

/** The pagers of some axes, each once. @param {...Axis} axes */
export function pagers(...axes) {
  const found = [...new Set(axes)].flatMap(({ pager }) => (pager ? [pager()] : []));
  return found.length ? h("div", { class: "matrix-pagers" }, found) : null;
}
