/**
 * Displacements of the weights. Those that are too short to be seen are drawn longer and say by how much: those of one group by the
 * same factor, stated once, so that they can be compared and added, and that so many as can be are seen. One that leads off the picture ends at its edge. They begin where
 * the step begins, also once it is taken: then the update ends at the ball's rim, or, where that is too short to be seen and it is drawn
 * longer, beyond the ball. An update whose head the ball would hide is left out, for the path tells where it led, and so is any arrow that
 * the ball hides as a whole.
 *
 * @typedef {import("./actors.js").Pixel} Pixel
 * @typedef {import("./actors.js").Place} Place
 * @typedef {{name: string, look: string, by: [number, number], group?: string}} Arrow  a displacement on the plane
 * @typedef {{to: Pixel, whole: boolean, share: number, landed?: boolean}} Shape  `share` of the arrow is in the picture
 * @typedef {{from: [number, number], taken: boolean, ball: [number, number]}} Told  where the told step begins, whether it is taken
 *   already, and where the ball is
 */
import { px } from "../plot/host.js";
import { svg } from "../base/svg.js";

const VISIBLE = 20; // pixels
const GROWTH = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000];
const HEAD = 7;
const RIM = 9; // pixels from the ball's middle to where an arrow that ends at it stops
const CLEAR = RIM + HEAD; // of the ball, so that a head beyond it is seen whole
const HIDDEN = RIM + 3; // what ends nearer to the ball's middle shows no head
const LONGEST = 120; // pixels that an arrow may take so that others of its group are seen
const TAIL = 3; // the dot where a taken step began
const HALVINGS = 9; // of the way to the picture's edge

export class Arrows {
  /** @param {SVGElement} parent @param {import("./labels.js").Labels} labels */
  constructor(parent, labels) {
    this.labels = labels;
    this.root = svg("g", {}, parent);
  }

  /**
   * @param {Arrow[]} arrows
   * @param {Told} told
   * @param {Place} place  null outside the picture
   * @param {((at: [number, number], tail: [number, number]) => Pixel|null)|null} [level]  in 3-D, places as high as the arrows begin: how
   *   far one leads down is drawn beside it
   * @param {Place} [landed]  where the ball is seen: on the surface, and not on the tangent that the arrows lie on
   */
  draw(arrows, told, place, level = null, landed = place) {
    while (this.root.childElementCount < arrows.length) {
      const group = svg("g", {}, this.root);
      svg("path", {}, group);
      svg("text", {}, group);
      svg("path", { class: "actor-promise" }, group);
      svg("path", { class: "actor-tail" }, group);
    }
    const at = told.from;
    const from = place(at);
    const over = landed(told.ball);
    const ball = told.taken ? over : null;
    const longer = factors(arrows, at, { over, ball }, place);
    const drawn = [...this.root.children].map((_, i) => {
      if (!arrows[i] || !from) return null;
      const shape = reach(at, arrows[i].by, longer[i], place);
      if (over && shape && hidden(over, from, shape.to) && arrows[i].look !== "accepted") return null;
      return ball && shape && isUpdate(arrows[i]) ? taken(from, shape, longer[i], ball, arrows[i].look === "accepted") : shape;
    });
    [...this.root.children].forEach((group, i) => {
      const shape = drawn[i];
      group.setAttribute("visibility", shape ? "visible" : "hidden");
      if (!shape || !from) return;
      group.setAttribute("class", `actor-arrow actor-${arrows[i].look}`);
      group.children[0].setAttribute("d", shaft(from, shape.to, shape.whole));
      group.children[3].setAttribute("d", ball && isUpdate(arrows[i]) ? dot(from) : "");
      const above = shape.landed ? null : level?.([at[0] + shape.share * longer[i] * arrows[i].by[0], at[1] + shape.share * longer[i] * arrows[i].by[1]], at);
      group.children[2].setAttribute("d", above ? `M${corner(from)}L${corner(above)}L${corner(shape.to)}` : "");
      this.labels.keepLine(from, shape.to);
    });
    [...this.root.children].forEach((group, i) => {
      const shape = drawn[i];
      if (!shape || !from) return;
      const words = arrows[i].name + (shape.whole ? "" : " →") + factor(arrows, longer, drawn, i);
      this.labels.put(/** @type {SVGTextElement} */ (group.children[1]), words, shape.to, shape.to[0] < from[0]);
    });
  }
}

/**
 * «×20» beside an arrow that stands alone, «all ×20» beside the last of a group, nothing beside the others.
 * @param {Arrow[]} arrows
 * @param {number[]} longer
 * @param {(object|null)[]} drawn
 * @param {number} i
 * @returns {string}
 */
function factor(arrows, longer, drawn, i) {
  if (longer[i] === 1) return "";
  const { group } = arrows[i];
  const mates = arrows.map((_, k) => k).filter((k) => drawn[k] && (k === i || (group && arrows[k].group === group)));
  if (i !== mates[mates.length - 1]) return "";
  return mates.length > 1 ? ` (all ×${longer[i]})` : ` ×${longer[i]}`;
}

/** @param {Arrow} arrow @returns {boolean} is it the step itself, and not what it is made of or was chosen from? */
export function isUpdate({ look }) {
  return look === "update" || look === "accepted";
}

/**
 * How many times longer each is drawn: what makes the longest of its group visible, as far as that fits into the picture, and more where
 * the ball would hide others of the group, as far as the longest has room.
 * @param {Arrow[]} arrows
 * @param {[number, number]} at
 * @param {{over: Pixel|null, ball: Pixel|null}} balls  where it is seen, and the same once the step is taken
 * @param {Place} place
 * @returns {number[]}
 */
function factors(arrows, at, { over, ball }, place) {
  const own = arrows.map((arrow) => growth(arrow.by, at, ball, place));
  const known = new Map();
  return arrows.map(({ group }, i) => {
    if (!group) return Number.isFinite(own[i]) ? own[i] : 1;
    const mates = arrows.map((_, k) => k).filter((k) => arrows[k].group === group);
    const least = Math.min(...mates.map((k) => own[k]));
    if (!known.has(group)) known.set(group, Number.isFinite(least) ? shared(mates.map((k) => arrows[k].by), at, least, over, place) : 1);
    return known.get(group);
  });
}

/**
 * The factor of a group: the least from which on no more of its arrows are seen.
 * @param {[number, number][]} all
 * @param {[number, number]} at
 * @param {number} least  what makes the longest visible
 * @param {Pixel|null} over
 * @param {Place} place
 * @returns {number}
 */
function shared(all, at, least, over, place) {
  const from = place(at);
  let best = { times: least, seen: -1 };
  for (const times of GROWTH.filter((one) => one >= least)) {
    const tips = all.map((by) => place([at[0] + times * by[0], at[1] + times * by[1]]));
    const fit = from && tips.every((to) => to && distance(from, to) <= LONGEST);
    if (!from || (!fit && times > least)) break;
    const seen = tips.filter((to) => to && !(over && hidden(over, from, to))).length;
    if (seen > best.seen) best = { times, seen };
  }
  return best.times;
}

/** Does the ball hide all of it? @param {Pixel} ball @param {Pixel} from @param {Pixel} to */
function hidden(ball, from, to) {
  return Math.max(distance(ball, from), distance(ball, to)) < HIDDEN;
}

/**
 * @param {[number, number]} by
 * @param {[number, number]} at
 * @param {Pixel|null} ball
 * @param {Place} place
 * @returns {number} infinite for one of no length
 */
function growth(by, at, ball, place) {
  let fits = GROWTH[0];
  const from = place(at);
  for (const times of GROWTH) {
    const to = place([at[0] + times * by[0], at[1] + times * by[1]]);
    if (!from || !to) return fits;
    const clear = times === 1 || !ball || distance(ball, to) >= RIM + VISIBLE;
    if (clear && distance(from, to) >= VISIBLE) return times;
    fits = times;
  }
  return Infinity;
}

/**
 * A step that is taken: in its true length it ends at the ball's rim; drawn longer, beyond the ball; where its head would be hidden,
 * nowhere, but for the last of several tries, which stands beside those that were turned down.
 * @param {Pixel} from
 * @param {Shape} shape
 * @param {number} times
 * @param {Pixel} ball
 * @param {boolean} always
 * @returns {Shape|null}
 */
function taken(from, shape, times, ball, always) {
  if (times > 1) return always || distance(ball, shape.to) >= CLEAR ? shape : null;
  const length = distance(from, ball);
  if (length < VISIBLE && !always) return null;
  const share = length > RIM ? 1 - RIM / length : 1;
  return { to: [from[0] + share * (ball[0] - from[0]), from[1] + share * (ball[1] - from[1])], whole: true, share: 1, landed: true };
}

/**
 * The arrow's tip, or where it leaves the picture; null where there is nothing to see.
 * @param {[number, number]} at
 * @param {[number, number]} by
 * @param {number} times
 * @param {Place} place
 * @returns {Shape|null}
 */
function reach(at, by, times, place) {
  if (!by.every(Number.isFinite)) return null;
  const tip = (/** @type {number} */ share) => place([at[0] + share * times * by[0], at[1] + share * times * by[1]]);
  const whole = tip(1);
  const from = place(at);
  if (whole && from) return distance(from, whole) > 2 ? { to: whole, whole: true, share: 1 } : null;
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

/** @param {Pixel} a @param {Pixel} b @returns {number} */
function distance(a, b) {
  return Math.hypot(b[0] - a[0], b[1] - a[1]);
}

/** @param {Pixel} at @returns {string} */
function dot([x, y]) {
  return `M${px(x - TAIL)} ${px(y)}a${TAIL} ${TAIL} 0 1 0 ${2 * TAIL} 0a${TAIL} ${TAIL} 0 1 0 ${-2 * TAIL} 0`;
}

/** @param {Pixel} at @returns {string} */
function corner([x, y]) {
  return `${px(x)} ${px(y)}`;
}
