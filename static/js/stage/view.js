/**
 * One moment of the stage: what is known, what moves, whose numbers. Every painter reads it and nothing else.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {import("../base/types.js").Substep} Substep
 * @typedef {import("./scene.js").Scene} Scene
 * @typedef {import("./scene.js").Edge} Edge
 * @typedef {import("./scene.js").Half} Half
 * @typedef {import("./progress.js").Progress} Progress
 */
import { gradientKnown, progress, valueKnown } from "./progress.js";
import { ramp } from "../base/svg.js";
import { Values } from "./values.js";

/** @type {WeakMap<object, number>} */
const numbers = new WeakMap();
let count = 0;

/**
 * Values are replaced, never mutated: another trace, or other weights, are another object. The update alone does not tell them apart, for
 * weights that are moved by hand are of the same one.
 * @param {object} value
 */
function numbered(value) {
  let own = numbers.get(value);
  if (own === undefined) numbers.set(value, (own = count += 1));
  return own;
}

export class View {
  /**
   * @param {Store} store
   * @param {Scene} scene
   * @param {import("./colour.js").Colours} colours
   * @param {{from: number, t: number}|null} motion  null: at rest
   * @param {{drawn: number, theme: string, clock: number, streaming: boolean}} page
   */
  constructor(store, scene, colours, motion, { drawn, theme, clock, streaming }) {
    this.store = store;
    this.scene = scene;
    this.colours = colours;
    this.values = new Values(store);
    this.drawn = drawn;
    this.theme = theme;
    this.clock = clock;
    this.streaming = streaming;
    /** What travels along each link, once it has been asked for. @type {Map<string, {edges: Edge[], shares: number[]}>} */
    this.travelling = new Map();
    this.selection = store.get("selection");
    const substeps = store.get("substeps") ?? [];
    const cursor = store.get("cursor") ?? 0;
    this.cursor = cursor;
    this.moving = motion !== null;
    this.t = motion ? motion.t : 1;
    /** @type {Substep|null} the sub-step that is being told, or was told last */
    this.substep = substeps[cursor - 1] ?? null;
    this.links = scene.links.length;
    /** @type {Progress} */
    this.after = progress(substeps, cursor, this.links);
    /** @type {Progress} */
    this.before = motion ? progress(substeps, motion.from, this.links) : this.after;
    this.traceKey = `${numbered(this.values.trace)} ${this.values.row}`;
    this.paramsKey = numbered(this.values.params);
    this.weightsKey = `${this.paramsKey} ${this.#updating() ? this.t : 1}`;
  }

  #updating() {
    return this.moving && this.substep?.phase === "update";
  }

  /**
   * How far this half's number has arrived, from 0 to 1.
   * @param {Half} half
   * @param {number} i  the unit, which arrives a little after the one above it
   */
  known(half, i) {
    if (!valueKnown(this.after, half)) return 0;
    if (valueKnown(this.before, half)) return 1;
    const late = 0.03 * (i % 6);
    return half.role === "a" ? ramp(this.t, 0.25 + late, 0.7 + late) : ramp(this.t, 0.55 + late, 0.8 + late);
  }

  /**
   * How far the gradient with respect to this half's number has arrived.
   * @param {Half} half
   * @param {number} i
   */
  gradientOf(half, i) {
    if (!gradientKnown(this.after, half, this.links)) return 0;
    if (gradientKnown(this.before, half, this.links)) return 1;
    const late = 0.03 * (i % 6);
    const first = half.name === "output" && half.link === this.links - 1;
    return first ? ramp(this.t, 0.28, 0.45) : ramp(this.t, 0.6 + late, 0.84 + late);
  }

  get lossKnown() {
    if (!this.after.loss) return 0;
    return this.before.loss ? 1 : ramp(this.t, 0.6, 0.85);
  }

  /**
   * How far the gradients of a link's weights are shown.
   * @param {number} link
   */
  gradientShown(link) {
    const told = this.after.gradients.has(link);
    if (!told) return 0;
    const faded = this.after.updated ? 1 - 0.75 * (this.before.updated ? 1 : ramp(this.t, 0, 0.8)) : 1;
    return faded * (this.before.gradients.has(link) ? 1 : ramp(this.t, 0.05, 0.85));
  }

  /**
   * A weight as it is drawn: during the update on its way from before to after.
   * @param {Edge} e
   */
  weight(e) {
    if (!this.#updating()) return this.parameterOf("now", e);
    const before = this.parameterOf("before", e);
    return before + (this.parameterOf("after", e) - before) * ramp(this.t, 0.25, 0.95);
  }

  /**
   * @param {"now"|"before"|"after"|"update"|"gradient"} when
   * @param {Edge} e
   * @returns {number}
   */
  parameterOf(when, e) {
    if (e.k < 0) return this.values.parameter(when, e.link, "b")[e.j] ?? 0;
    const inputs = this.scene.links[e.link].params.W[1];
    return this.values.parameter(when, e.link, "W")[e.j * inputs + e.k] ?? 0;
  }

  /**
   * How much of the attention a link's edges have now, from 0 to 1.
   * @param {number} link
   */
  emphasis(link) {
    if (this.streaming || !this.substep || this.substep.phase === "update") return 0.8;
    // On the way back the arrowheads are what is looked at, and the edges only their road.
    if (this.substep.link === link && this.substep.phase === "backward") return 0.42;
    if (this.substep.link === link) return this.moving ? 0.5 + 0.5 * ramp(this.t, 0, 0.2) : 1;
    return this.substep.phase === "gradient" && this.after.gradients.has(link) ? 0.6 : 0.3;
  }
}
