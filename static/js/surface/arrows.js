/**
 * Displacements of the weights, drawn from where the step begins. One that is too short to be seen is drawn longer and says by how
 * much; those of one group by the same factor, so that they can be compared. One that leads off the picture ends at its edge.
 *
 * @typedef {import("./actors.js").Pixel} Pixel
 * @typedef {import("./actors.js").Place} Place
 * @typedef {{name: string, look: string, by: [number, number], group?: string}} Arrow  a displacement on the plane
 */
import { svg } from "../plot/host.js";

const VISIBLE = 20; // pixels
const GROWTH = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000];
const HEAD = 7;
const HALVINGS = 9; // of the way to the picture's edge

export class Arrows {
  /** @param {SVGElement} parent @param {import("./labels.js").Labels} labels */
  constructor(parent, labels) {
    this.labels = labels;
    this.root = svg("g", {}, parent);
  }

  /**
   * @param {Arrow[]} arrows
   * @param {[number, number]} at  where they begin, on the plane
   * @param {Place} place  null outside the picture
   * @param {Place|null} [level]  in 3-D, places at the height where the arrows begin: how far one leads down is drawn beside it
   */
  draw(arrows, at, place, level = null) {
    while (this.root.childElementCount < arrows.length) {
      const group = svg("g", {}, this.root);
      svg("path", {}, group);
      svg("text", {}, group);
      svg("path", { class: "actor-promise" }, group);
    }
    const from = place(at);
    const longer = factors(arrows, at, place);
    [...this.root.children].forEach((group, i) => {
      const arrow = arrows[i];
      const drawn = arrow && from ? reach(at, arrow.by, longer[i], place) : null;
      group.setAttribute("visibility", drawn ? "visible" : "hidden");
      if (!drawn || !from) return;
      group.setAttribute("class", `actor-arrow actor-${arrow.look}`);
      group.children[0].setAttribute("d", shaft(from, drawn.to, drawn.whole));
      const above = level?.([at[0] + drawn.share * longer[i] * arrow.by[0], at[1] + drawn.share * longer[i] * arrow.by[1]]);
      group.children[2].setAttribute("d", above ? `M${corner(from)}L${corner(above)}L${corner(drawn.to)}` : "");
      const words = arrow.name + (drawn.whole ? "" : " →") + (longer[i] === 1 ? "" : ` ×${longer[i]}`);
      this.labels.put(/** @type {SVGTextElement} */ (group.children[1]), words, drawn.to, drawn.to[0] < from[0]);
    });
  }
}

/**
 * How many times longer each is drawn: what makes the longest of its group visible, as far as that fits into the picture.
 * @param {Arrow[]} arrows
 * @param {[number, number]} at
 * @param {Place} place
 * @returns {number[]}
 */
function factors(arrows, at, place) {
  const own = arrows.map((arrow) => growth(arrow.by, at, place));
  return arrows.map((arrow, i) => (arrow.group ? Math.min(...own.filter((_, k) => arrows[k].group === arrow.group)) : own[i]));
}

/** @param {[number, number]} by @param {[number, number]} at @param {Place} place @returns {number} */
function growth(by, at, place) {
  const from = place(at);
  let fits = GROWTH[0];
  for (const times of GROWTH) {
    const to = place([at[0] + times * by[0], at[1] + times * by[1]]);
    if (!from || !to) return fits;
    if (Math.hypot(to[0] - from[0], to[1] - from[1]) >= VISIBLE) return times;
    fits = times;
  }
  return GROWTH[0]; // no length at all
}

/**
 * The arrow's tip, or where it leaves the picture; null where there is nothing to see.
 * @param {[number, number]} at
 * @param {[number, number]} by
 * @param {number} times
 * @param {Place} place
 * @returns {{to: Pixel, whole: boolean, share: number}|null}  `share` of the arrow is in the picture
 */
function reach(at, by, times, place) {
  if (!by.every(Number.isFinite)) return null;
  const tip = (/** @type {number} */ share) => place([at[0] + share * times * by[0], at[1] + share * times * by[1]]);
  const whole = tip(1);
  const from = place(at);
  if (whole && from) return Math.hypot(whole[0] - from[0], whole[1] - from[1]) > 2 ? { to: whole, whole: true, share: 1 } : null;
  let [inside, outside] = [0, 1];
  for (let i = 0; i < HALVINGS; i += 1) {
    const middle = (inside + outside) / 2;
    if (tip(middle)) inside = middle;
    else outside = middle;
  }
  const to = tip(inside);
  return to && inside > 0 ? { to, whole: false, share: inside } : null;
}

/** @param {Pixel} from @param {Pixel} to @param {boolean} headed @returns {string} */
function shaft([x0, y0], [x1, y1], headed) {
  const angle = Math.atan2(y1 - y0, x1 - x0);
  const wing = (/** @type {number} */ turn) => `${px(x1 - HEAD * Math.cos(angle + turn))} ${px(y1 - HEAD * Math.sin(angle + turn))}`;
  const head = headed ? `M${wing(0.45)}L${px(x1)} ${px(y1)}L${wing(-0.45)}` : "";
  return `M${px(x0)} ${px(y0)}L${px(x1)} ${px(y1)}${head}`;
}

/** @param {Pixel} at @returns {string} */
function corner([x, y]) {
  return `${px(x)} ${px(y)}`;
}

/** @param {number} v @returns {string} */
function px(v) {
  return v.toFixed(1);
}
