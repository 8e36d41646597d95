/**
 * What travels: forward, dots along the edges from left to right; backward, arrowheads from right to left, one edge's share of the
 * gradient each. The hue is the share's sign, the size its magnitude. Each kind is one path, so a frame writes a handful of attributes.
 *
 * @typedef {import("./scene.js").Edge} Edge
 * @typedef {import("./scene.js").Link} Link
 * @typedef {import("./stage.js").View} View
 */
import { WIDTH, arrow, dot, headSize } from "./glyphs.js";
import { REACH, clearOf } from "./told-places.js";
import { routes } from "./routes.js";
import { along } from "./scene.js";
import { peak } from "./values.js";
import { r1, ramp, svg } from "../base/svg.js";
import { resting, wires } from "./wires.js";

const SIGNS = ["negative", "positive", "plain"];
const TRAIN = [0, 0.16, 0.32]; // a small train of arrowheads on every edge, while there are few edges
const FEW = 60;
const FEW_MAPS = 8;
const CLEAR = 2.5; // pixels from a neuron to the arrowhead below it
const ROOMY = 36; // a neuron this high, in pixels, has room for an arrowhead at its largest
const SHRINKS = [1, 0.75, 0.55, 0.4]; // as many times as large an arrowhead at rest may be, where there is no room for all of it

export class Flow {
  /** @param {SVGElement} parent */
  constructor(parent) {
    this.pulse = svg("path", { class: "stage-pulse" }, parent);
    this.paths = Object.fromEntries(
      ["dot", "arrow"].flatMap((kind) => SIGNS.map((sign) => [`${kind} ${sign}`, svg("path", { class: `stage-${kind} is-${sign}` }, parent)])),
    );
    /** @type {Record<string, string>} */
    this.written = {};
  }

  /** @param {View} view */
  paint(view) {
    /** @type {Record<string, string>} */
    const data = {};
    const put = (/** @type {string} */ kind, /** @type {number} */ value, /** @type {string} */ d) => {
      const name = `${kind} ${value < 0 ? "negative" : value > 0 ? "positive" : "plain"}`;
      data[name] = (data[name] ?? "") + d;
    };
    if (view.streaming) for (const link of view.scene.links) backward(view, link, (view.clock / 1400) % 1, put, true);
    else this.#substep(view, put);
    for (const [name, path] of Object.entries(this.paths)) this.#write(name, path, "d", data[name] ?? "");
    const outlines = reached(view);
    this.#write("pulse", this.pulse, "d", outlines);
    if (outlines) this.#write("opacity", this.pulse, "opacity", view.moving ? ramp(view.t, 0.55, 0.75).toFixed(2) : "1");
  }

  /**
   * @param {string} name
   * @param {SVGElement} path
   * @param {string} attribute
   * @param {string} value
   */
  #write(name, path, attribute, value) {
    if (this.written[name] === value) return;
    this.written[name] = value;
    path.setAttribute(attribute, value);
  }

  /**
   * @param {View} view
   * @param {(kind: string, value: number, d: string) => void} put
   */
  #substep(view, put) {
    const { substep, t, scene } = view;
    if (!substep) return;
    const last = scene.links.length - 1;
    if (substep.phase === "loss" && view.moving) wires(view, "dot", ramp(t, 0, 0.75), put);
    if (substep.phase === "forward" && view.moving) forward(view, scene.links[substep.link], t / 0.8, put);
    if (substep.phase !== "backward") return;
    const head = substep.link === last;
    if (head) wires(view, "arrow", view.moving ? 1 - ramp(t, 0, 0.4) : resting(view), put);
    const link = scene.links[substep.link];
    const own = head ? (t - 0.4) / 0.5 : t / 0.85;
    if (own > 0 || !view.moving) backward(view, link, own, put, false);
  }
}

/**
 * @param {View} view
 * @param {Link} link
 * @param {number} t
 * @param {(kind: string, value: number, d: string) => void} put
 */
function forward(view, link, t, put) {
  const { values } = view;
  if (link.activation) {
    inside(view, link, t, 1, put);
    return;
  }
  const biases = values.parameter("before", link.link, "b");
  const { edges, shares } = travelling(view, link, 1);
  const scale = peak([...shares, ...biases]);
  edges.forEach((e, i) => dot(e, stagger(t, link.edges.length > 0 ? e.j : e.k), shares[i], scale, put));
  link.biases.forEach((e) => dot(e, t, biases[e.j], scale, put));
}

/**
 * The ways that numbers take through a link, and how much travels on each: w·x forward and w·δ backward along an edge; between maps
 * the number of the largest magnitude, with its sign.
 * @param {View} view
 * @param {Link} link
 * @param {number} way  1 forward, -1 backward
 * @returns {{edges: Edge[], shares: number[]}}
 */
export function travelling(view, link, way) {
  const key = `${link.link} ${way}`;
  let found = view.travelling.get(key);
  if (!found) view.travelling.set(key, (found = travellers(view, link, way)));
  return found;
}

/**
 * @param {View} view
 * @param {Link} link
 * @param {number} way
 * @returns {{edges: Edge[], shares: number[]}}
 */
function travellers(view, link, way) {
  const { values, scene } = view;
  const chosen = link.edges.length > 0 ? link.edges : routes(view, link, way < 0);
  if (chosen.length > 0 && link.mode !== "none") {
    const weights = values.parameter("before", link.link, "W");
    const inputs = link.params.W[1];
    const numbers = values.vector(way > 0 ? "input" : "grad_output", link.link);
    return { edges: chosen, shares: chosen.map((e) => weights[e.j * inputs + e.k] * numbers[way > 0 ? e.k : e.j]) };
  }
  // Where nothing is weighted, what travels back is what arrives: a dropped unit's way is empty, a mean pooling's ways share.
  const plain = way < 0 && chosen.length === 0 && !link.params.W;
  const numbers = values.vector(way > 0 ? "output" : plain ? "grad_input" : "grad_output", link.link);
  if (chosen.length > 0) return { edges: chosen, shares: chosen.map((e) => numbers[e.j]) };
  const edges = way > 0 ? link.ribbons : link.returns;
  const [source, target] = [scene.columns[link.from], scene.columns[link.to]];
  // One map that many make is split as they made it.
  const [count, end] = plain || (target.units.length === 1 && source.kind === "maps") ? [source.units.length, "k"] : [target.units.length, "j"];
  const size = numbers.length / count;
  return { edges, shares: edges.map((e) => extreme(numbers, e[/** @type {"j"|"k"} */ (end)] * size, size)) };
}

/**
 * The number of the largest magnitude among `size` of them.
 * @param {number[]} numbers
 * @param {number} start
 * @param {number} size
 */
function extreme(numbers, start, size) {
  let most = numbers[start] ?? 0;
  for (let i = start + 1; i < start + size; i += 1) if (Math.abs(numbers[i]) > Math.abs(most)) most = numbers[i];
  return most;
}

/**
 * @param {View} view
 * @param {Link} link
 * @param {number} t  may be beyond 1; at rest the arrowheads stand halfway
 * @param {(kind: string, value: number, d: string) => void} put
 * @param {boolean} endless
 */
function backward(view, link, t, put, endless) {
  if (link.activation) {
    if (!endless) inside(view, link, t, -1, put);
    return;
  }
  const { edges, shares } = travelling(view, link, -1);
  const many = edges.length > FEW;
  const place = (/** @type {Edge} */ e, /** @type {number} */ lag) => {
    if (endless) return 1 - ((t + lag + 0.137 * ((e.j * 7 + e.k * 3) % 8)) % 1);
    if (view.moving) return 1 - stagger(t - lag, e.k);
    return many ? 0.2 + 0.075 * ((e.j * 5 + e.k * 3) % 9) : 0.5 + 1.2 * (lag - 0.16);
  };
  const scale = peak(shares);
  const short = edges.length > 0 && edges[0].x1 - edges[0].x0 < 70;
  // A convolution has a way a map, and each stands for all of its windows.
  const alone = link.edges.length === 0 && (!link.params.W || edges.length > FEW_MAPS);
  const train = many || endless || short || alone ? [TRAIN[1]] : TRAIN;
  const smaller = many ? Math.max(0.5, Math.sqrt(FEW / edges.length)) : 1;
  const clear = !endless && !view.moving;
  edges.forEach((e, i) => {
    const size = smaller * headSize(shares[i], scale);
    const wished = train.map((lag) => place(e, lag));
    const { heads, shrink } = clear ? standing(view, e, wished, WIDTH * size) : { heads: wished, shrink: 1 };
    for (const at of heads) arrow(e, at, shares[i], shrink * size, put);
  });
}

/**
 * Where the arrowheads of an edge stand at rest: clear of the weights' numbers and of each other, smaller and further off where there
 * is no room for them as they are, or else one of them where it would be.
 * @param {View} view
 * @param {Edge} e
 * @param {number[]} wished
 * @param {number} width
 */
function standing(view, e, wished, width) {
  for (const shrink of SHRINKS) {
    const w = shrink * width;
    /** @type {number[]} */
    const heads = [];
    for (const t of wished) {
      const at = clearOf(view, e, t, w, heads.map((other) => ({ ...along(e, other), w, h: w })), shrink < 1 ? 2 * REACH : REACH); // prettier-ignore
      if (at !== undefined) heads.push(at);
    }
    if (heads.length) return { heads, shrink };
  }
  return { heads: [wished[wished.length >> 1]], shrink: SHRINKS[SHRINKS.length - 1] };
}

/**
 * The outlines of the maps that a backward sub-step gives their gradients.
 * @param {View} view
 * @returns {string}
 */
function reached(view) {
  const { substep, scene } = view;
  if (substep?.phase !== "backward" || view.streaming) return "";
  const { maps } = scene.columns[scene.links[substep.link].from];
  return maps.map(({ x, y, w, h }) => `M${r1(x - w / 2 - 1.5)} ${r1(y - h / 2 - 1.5)}h${r1(w + 3)}v${r1(h + 3)}h${r1(-w - 3)}Z`).join("");
}

/**
 * Through an activation: from z to a, or back, inside each neuron.
 * @param {View} view
 * @param {Link} link
 * @param {number} t
 * @param {number} way  1 forward, -1 backward
 * @param {(kind: string, value: number, d: string) => void} put
 */
function inside(view, link, t, way, put) {
  const column = view.scene.columns[link.to];
  if (column.kind === "maps" || column.halves.length < 2 || column.style === "cell" || column.style === "field") return;
  const numbers = view.values.vector(way > 0 ? "output" : "grad_input", link.link);
  const scale = peak(numbers);
  // A small neuron keeps its colours in sight.
  const smaller = Math.min(1, column.units[0].h / ROOMY);
  const gap = column.units.length > 1 ? Math.abs(column.units[1].y - column.units[0].y) - column.units[0].h : Infinity;
  const least = headSize(0, 1);
  column.units.forEach((unit, j) => {
    // Below a neuron, whose numbers it covers none of, and clear of the next where that leaves room for it.
    const size = Math.min(smaller * headSize(numbers[j], scale), Math.max(least, (gap - 2 * CLEAR) / WIDTH));
    const y = unit.y + (way > 0 ? -unit.h * 0.5 - 1 : unit.h * 0.5 + CLEAR + (WIDTH * size) / 2);
    const e = { address: "", link: link.link, j, k: j, trace: -1, x0: unit.x - unit.w * 0.3, y0: y, x1: unit.x + unit.w * 0.3, y1: y };
    if (way > 0) dot(e, t, numbers[j], scale, put);
    else arrow(e, view.moving ? 1 - t : 0.5, numbers[j], size, put);
  });
}

/**
 * Neighbours start one after the other, so that the eye can follow one.
 * @param {number} t
 * @param {number} i
 */
function stagger(t, i) {
  return ramp(t, 0.03 * (i % 6), 0.82 + 0.03 * (i % 6));
}
