/**
 * A plane as the server answered it, and where things lie on it, in the coordinates that its axes are labelled with.
 *
 * @typedef {import("./model.js").Spec} Spec
 * @typedef {import("./model.js").Pair} Pair
 * @typedef {import("./visits.js").Visit} Visit
 */
import { marked, plain } from "../base/symbol.js";
import { shapesOf } from "./shapes.js";
import { shiftOf } from "./window.js";
import { Plane, flatten, unflatten } from "../base/vectors.js";

const SIDE = 1.08; // of the 3-D scene's box, were it square
const HEIGHT = 0.55;
const HELD = 1e-12; // of the way from the plane's origin: a distance below it is rounding

export class Picture {
  /**
   * @param {any} answer
   * @param {Spec} spec  what was asked for
   * @param {any} state  that the plane is laid through
   * @param {import("../base/pin.js").Pin} moment  of the run, at which it was in that state
   * @param {{kind: string}[]} links  of the network whose weights its axes may be
   */
  constructor(answer, spec, state, moment, links) {
    this.answer = answer;
    this.spec = spec;
    this.state = state;
    this.moment = moment;
    /** @type {number} */
    this.step = state.step;
    this.plane = new Plane(flatten(answer.origin), flatten(answer.directions[0]), flatten(answer.directions[1]));
    this.shift = shiftOf(spec, answer);
    /** @type {number[][]} */
    const values = answer.axes.map((/** @type {{values: number[]}} */ axis) => axis.values);
    /** @type {Pair[]} */
    this.span = values.map((side) => [side[0], side[side.length - 1]]);
    const [xs, ys] = values.map((side, k) => side.map((v) => v + this.shift[k]));
    this.xs = xs;
    this.ys = ys;
    /** @type {(number|null)[][]} */
    this.loss = answer.loss;
    const labels = answer.axes.map((/** @type {{label: string}} */ axis) => axis.label);
    const shapes = shapesOf(state.params);
    /** @type {string[]} in words, and as Plotly writes them */
    this.labels = labels.map((/** @type {string} */ label) => plain(label, shapes, links));
    /** @type {string[]} */
    this.titles = labels.map((/** @type {string} */ label) => marked(label, shapes, links));
    /** @type {WeakMap<Visit, Pair>} */
    this.places = new WeakMap();
  }

  /**
   * How long the sides of a 3-D scene's box are drawn: a unit as long on both axes, where that means something, and no side more than
   * thrice the other. However long they are, what lies at the corners is in the picture: the way across is always the same.
   * @returns {{x: number, y: number, z: number}}
   */
  get sides() {
    const [wide, high] = [this.xs, this.ys].map((side) => side[side.length - 1] - side[0]);
    const root = this.plane.square ? Math.sqrt(Math.min(3, Math.max(1 / 3, wide / high))) : 1;
    const across = SIDE * Math.sqrt(2) / Math.hypot(root, 1 / root);
    return { x: across * root, y: across / root, z: HEIGHT };
  }

  /**
   * A point's place on the axes as they are labelled, and its distance from the plane; 0 where that is rounding.
   * @param {Float64Array} vector
   * @returns {{at: Pair, distance: number}}
   */
  place(vector) {
    const { at, distance, away } = this.plane.shadow(vector);
    return { at: [at[0] + this.shift[0], at[1] + this.shift[1]], distance: distance <= HELD * (1 + away) ? 0 : distance };
  }

  /**
   * Where a visited state is, worked out once.
   * @param {Visit} visit
   * @returns {Pair}
   */
  visited(visit) {
    const known = this.places.get(visit) ?? this.place(visit.vector).at;
    this.places.set(visit, known);
    return known;
  }

  /**
   * A displacement as it shows on the plane.
   * @param {Float64Array} vector
   * @returns {Pair}
   */
  along(vector) {
    return this.plane.along(vector);
  }

  /**
   * The parameters at a place of the axes.
   * @param {number} x
   * @param {number} y
   * @returns {any}
   */
  paramsAt(x, y) {
    return unflatten(this.state.params, this.plane.point(x - this.shift[0], y - this.shift[1]));
  }

  /** Three states that hold the plane, for whoever asks for this very one again: its directions are of one length, at a right angle. */
  corners() {
    const places = /** @type {Pair[]} */ ([[0, 0], [1, 0], [0, 1]]);
    return places.map(([a, b]) => ({ step: this.step, params: unflatten(this.state.params, this.plane.point(a, b)) }));
  }
}
