/**
 * The surface in 3-D. Plotly draws it seldom, because it may take long (software WebGL needs hundreds of milliseconds); the ball and
 * the path are drawn above it with the scene's camera, as often as they move, so that the user's drag never waits.
 *
 * @typedef {import("./picture.js").Picture} Picture
 * @typedef {import("../plot/scale.js").Scale} Scale
 * @typedef {import("./actors.js").Scene} Scene
 */
import { pointerIn } from "../base/larger.js";
import { Plot } from "../plot/host.js";
import { heightAt, slopeAt } from "../plot/field.js";
import * as plotly from "../plot/plotly-adapter.js";
import { camera, onCamera, projector } from "../plot/plotly-scene.js";
import { Actors } from "./actors.js";
import { AxisNames, numbered, ticksOf } from "./axis-names.js";
import { draped } from "./draped.js";
import { beside, facing, sameEye } from "./eye.js";
import { under } from "./pick.js";

const BELOW = 0.5; // of the heights drawn: so far under the lowest an arrow may lead
const LEAST = 400; // ms between two drawings
// A morph draws ten times or more in its 220 ms. Software WebGL was measured at 280 to 600 ms a drawing of 51 × 51 points: there the
// surface changes at once. Nothing was measured on a graphics card; where one draws this quickly, the surface morphs as the contour does.
const QUICK = 25; // ms
const SMALL = 260; // pixels
const UP = { x: 0, y: 0, z: 1 };
const NEAR = 10; // pixels from the ball's middle within which a press takes hold of it: little more than what is seen of it
const HELD = "Drag the ball to move the weights, anything beside it to turn the surface.";
const SHARE = { on: 16, off: 5 }; // while the run goes on, drawing takes one part in so many of the time; more if the ball has left

/** @returns {boolean} can this browser draw in 3-D at all? */
export function hasWebGl() {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("webgl") ?? canvas.getContext("experimental-webgl");
  /** @type {any} */ (context)?.getExtension("WEBGL_lose_context")?.loseContext();
  return Boolean(context);
}

/** The long name of an axis does not fit beside a scene: the summary has it. @param {string} label */
export function brief(label) {
  return label.replace(/,? \(.*\)$|, .*$/, "");
}

export class Stage3d {
  /**
   * @param {HTMLElement} box
   * @param {import("../base/types.js").Context} context
   * @param {() => void} drawn  the camera moved, or a new surface stands
   */
  constructor(box, context, drawn) {
    this.store = context.store;
    this.drawn = drawn;
    this.plot = new Plot(box, { figure: "surface", context, drawn: () => this.#follow(), dress: (figure) => {
      this.corner ??= figure.layout.scene.camera.eye;
      Object.assign(figure.layout.scene, this.#kept());
    } });
    this.actors = new Actors(this.plot.overlay);
    this.names = new AxisNames(this.actors.root);
    /** @type {{picture: Picture, scale: Scale}|null} what Plotly has drawn */
    this.shown = null;
    this.cost = 100;
    this.done = 0;
    this.lost = false;
    this.busy = false;
    this.dressing = false; // a new figure is on its way, and will take the surface with it
    this.figures = 0; // asked for so far: a surface that was drawn into an earlier one is not in this one
    this.held = false;
    this.timer = 0;
    /** @type {{spec: any, key: string}|null} the plane, and its window, that the scene has been turned for */
    this.faced = null;
    /** @type {import("./eye.js").Eye|null} where the camera was put for it */
    this.eye = null;
    /** @type {import("./eye.js").Eye|null} one of the corners that it may be put at: the figure's own */
    this.corner = null;
    this.element = box;
    box.addEventListener("pointerdown", () => { this.held = true; });
    window.addEventListener("pointerup", () => { this.held = false; });
    box.addEventListener("pointermove", (event) => {
      if (event.buttons) return;
      const near = this.#nearBall(event);
      [box.style.cursor, box.title] = near ? ["grab", HELD] : ["", ""];
    });
  }

  async draw() {
    this.shown = null;
    this.element.classList.add("bare");
    this.dressing = true;
    this.figures += 1;
    try {
      await this.plot.draw();
    } finally {
      this.dressing = false;
    }
    this.#follow();
  }

  #follow() {
    onCamera(this.plot.graph, this.drawn);
    this.drawn();
  }

  /**
   * The camera as it is. Plotly keeps what the user last let go of, which on a busy machine may be a frame behind what is seen.
   * @returns {{camera?: any}}
   */
  #kept() {
    const seen = this.camera;
    return seen ? { camera: seen } : {};
  }

  /** Is drawing quick enough to show what lies between two surfaces? */
  get quick() {
    return this.cost < QUICK;
  }

  /** Has it no room for more marks than the run's and the update's own? */
  get small() {
    return this.plot.size.height < SMALL;
  }

  /** Where the user has put the camera. */
  get camera() {
    return camera(this.plot.graph);
  }

  /** @param {MouseEvent} event @returns {[number, number]|null} the place of the plane whose height is drawn under the pointer */
  locate(event) {
    const project = plotly.projection(this.plot.graph);
    if (!project || !this.shown) return null;
    const { picture: { xs, ys }, scale: { heights } } = this.shown;
    return under(this.#pixel(event), { xs, ys, heights }, project);
  }

  /** A press on the ball carries it; any other turns the scene, which must not happen at the same time. @param {PointerEvent} event */
  grabs(event) {
    const near = this.#nearBall(event);
    if (near) event.preventDefault(); // so that Plotly, which listens to the mouse, hears nothing of it
    return near;
  }

  /** @param {MouseEvent} event @returns {[number, number]} */
  #pixel(event) {
    return pointerIn(this.plot.graph, event);
  }

  /** @param {MouseEvent} event */
  #nearBall(event) {
    const { ball } = this.actors;
    const [x, y] = this.#pixel(event);
    return ball.getAttribute("visibility") === "visible" && Math.hypot(Number(ball.getAttribute("cx")) - x, Number(ball.getAttribute("cy")) - y) <= NEAR;
  }

  /**
   * Draw this surface when there is time for it; the newest wins.
   * @param {Picture} picture
   * @param {Scale} scale
   * @param {() => [number, number]} heading  which way it leads down on it
   */
  field(picture, scale, heading) {
    if (this.shown?.scale === scale || this.busy || this.dressing || !this.plot.ready) return;
    const share = this.lost ? SHARE.off : SHARE.on;
    const wait = this.store.get("playing") && this.shown ? this.done + Math.max(LEAST, share * this.cost) - performance.now() : 0;
    if (wait > 0 || this.held) {
      clearTimeout(this.timer);
      this.timer = window.setTimeout(this.drawn, Math.max(wait, 120));
      return;
    }
    void this.#show(picture, scale, heading);
  }

  /**
   * A plane is seen from where the run comes down towards the eye, unless the user has turned the scene. What the page sets stands upright.
   * @param {Picture} picture
   * @param {() => [number, number]} heading
   * @returns {any} the camera to draw it with
   */
  #facing(picture, heading) {
    const now = this.camera;
    if (!now) return now;
    this.eye ??= this.corner;
    if (!this.eye || !this.corner || !sameEye(this.eye, now.eye)) return now;
    // While the run plays, the same plane is turned only when its shape has become another: when its window had to grow.
    const key = JSON.stringify(picture.span.map(([low, high]) => (high - low).toPrecision(6)));
    const same = this.store.get("playing") && this.faced?.spec === picture.spec && this.faced.key === key;
    this.faced = { spec: picture.spec, key };
    if (same) return { ...now, up: UP };
    this.eye = facing(this.corner, heading(), [picture.xs, picture.ys].map((v) => v[v.length - 1] - v[0]));
    return { ...now, eye: this.eye, center: { ...now.center, ...beside(this.eye) }, up: UP };
  }

  /**
   * @param {Picture} picture
   * @param {Scale} scale
   * @param {() => [number, number]} heading
   */
  async #show(picture, scale, heading) {
    this.busy = true;
    const [began, figure] = [performance.now(), this.figures];
    try {
      const { xs: x, ys: y } = picture;
      const spread = scale.high - scale.low;
      const level = { start: scale.low + spread / 12, end: scale.high, size: spread / 12 || 1 };
      const seen = this.#facing(picture, heading);
      const changes = Object.fromEntries(Object.entries(level).map(([name, v]) => [`contours.z.${name}`, v]));
      await plotly.update(this.plot.graph, { x: [x], y: [y], z: [scale.heights], hidesurface: false, cmin: scale.low, cmax: scale.high, ...changes },
        { ...(seen ? { "scene.camera": seen } : {}), "scene.aspectratio": picture.sides, ...numbered(ticksOf(picture, scale)) }, [0]);
      if (figure !== this.figures) return;
      this.shown = { picture, scale };
      this.element.classList.remove("bare");
    } finally {
      // What the browser's 3-D pipeline still has to do shows in the delay of the next frame.
      await new Promise((resolve) => { requestAnimationFrame(() => setTimeout(resolve)); });
      this.cost = performance.now() - began;
      this.done = performance.now();
      this.busy = false;
      this.#follow();
    }
  }

  /** @param {Scene} scene */
  actions(scene) {
    const place = projector(this.plot.graph, this.plot.size);
    const shown = this.shown;
    if (!place || !shown) return;
    const { xs, ys } = shown.picture;
    const { heights, low, high, log } = shown.scale;
    const lift = (/** @type {[number, number]} */ at) => {
      const z = heightAt(heights, xs, ys, at[0], at[1]);
      return z === null ? null : place(at[0], at[1], z);
    };
    this.lost = heightAt(shown.picture.loss, xs, ys, ...scene.ball) === null;
    const height = this.#tangent(scene.from);
    const tangent = (/** @type {[number, number]} */ at) => {
      const z = height(at);
      return z === null ? null : place(at[0], at[1], z);
    };
    const level = (/** @type {[number, number]} */ at, /** @type {[number, number]} */ tail) => {
      const z = height(tail);
      return z === null ? null : place(at[0], at[1], z);
    };
    const [sides, view] = [{ xs, ys, low, high }, { eye: this.camera.eye, place, large: this.plot.large }];
    this.actors.labels.numbers = this.names.numbers(ticksOf(shown.picture, shown.scale), sides, view);
    const trails = scene.trails.map((trail) => ({ ...trail, laid: draped(trail.path, xs, ys) }));
    this.actors.draw({ ...scene, trails }, lift, this.#truth(scene, place), lift, tangent, level);
    const names = [...shown.picture.labels.map(brief), log ? "log₁₀ loss" : "loss"];
    this.names.draw(this.actors.labels, names, sides, view);
  }

  /**
   * Where the true loss is above or below the ball: to scale as far as the picture goes, and beyond that it is said.
   * @param {Scene} scene
   * @param {(x: number, y: number, z: number) => [number, number]} place
   */
  #truth({ truth, ball }, place) {
    const { of, low, high } = /** @type {{scale: Scale}} */ (this.shown).scale;
    const z = truth === null ? null : of(truth);
    if (z === null) return null;
    const [floor, roof] = [low - BELOW * (high - low), high + BELOW * (high - low)];
    const beyond = z < floor ? "lower" : z > roof ? "higher" : "";
    return { at: place(ball[0], ball[1], Math.min(roof, Math.max(floor, z))), beyond };
  }

  /**
   * The plane that touches the drawn surface where the step begins. On it an arrow that is drawn longer leads to what the slope
   * promises; laid over the surface it would climb hills that the step never reaches.
   * @param {[number, number]} from
   * @returns {(at: [number, number]) => number|null} its height; null outside the picture
   */
  #tangent(from) {
    if (!this.shown) return () => null;
    const { picture: { xs, ys }, scale: { heights, low, high } } = this.shown;
    const base = heightAt(heights, xs, ys, from[0], from[1]);
    const slope = slopeAt(heights, xs, ys, from[0], from[1]);
    const [floor, roof] = [low - BELOW * (high - low), high + BELOW * (high - low)];
    const within = (/** @type {number[]} */ values, /** @type {number} */ v) => v >= values[0] && v <= values[values.length - 1];
    return ([x, y]) => {
      if (base === null || slope === null || !within(xs, x) || !within(ys, y)) return null;
      const z = base + slope[0] * (x - from[0]) + slope[1] * (y - from[1]);
      return z >= floor && z <= roof ? z : null;
    };
  }
}
