/**
 * What moves on the surface: the path really taken, the ball, the update arrow, the optimizer's own arrows, and the stem from the
 * plane's height to the true loss. Each view, flat or 3-D, says where a point of the plane is on its screen.
 *
 * @typedef {[number, number]} Pixel
 * @typedef {{name: string, look: string, by: [number, number]}} Arrow  a displacement on the plane
 * @typedef {{path: [number, number][], start: [number, number], ball: [number, number], from: [number, number], arrows: Arrow[],
 *   truth: number|null, best: [number, number]|null}} Scene
 * @typedef {(at: [number, number]) => Pixel|null} Place
 */
import { line, svg } from "../plot/host.js";

const VISIBLE = 20; // an arrow shorter than this many pixels is drawn longer, and says by how much
const GROWTH = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000];
const HEAD = 7;

export class Actors {
  /** @param {SVGElement} overlay */
  constructor(overlay) {
    const root = svg("g", { class: "actors" }, overlay);
    this.root = root;
    // Dark below and light above: seen on every colour of the surface.
    this.shade = svg("path", { class: "actor-path-shade" }, root);
    this.path = svg("path", { class: "actor-path" }, root);
    this.start = svg("path", { class: "actor-start" }, root);
    this.best = svg("path", { class: "actor-best" }, root);
    this.stem = svg("path", { class: "actor-stem" }, root);
    this.arrows = svg("g", {}, root);
    this.ball = svg("circle", { class: "actor-ball", r: 7 }, root);
  }

  /**
   * @param {Scene} scene
   * @param {Place} place
   * @param {Pixel|null} [truth]  where the true loss is above or below the ball
   */
  draw(scene, place, truth = null) {
    const way = scene.path.map(place);
    const drawn = line(way.map((p) => p && p[0]), way.map((p) => p && p[1]));
    this.path.setAttribute("d", drawn);
    this.shade.setAttribute("d", drawn);
    const start = place(scene.start);
    this.start.setAttribute("d", start ? `M${px(start[0] - 4)} ${px(start[1] - 4)}l8 8m0 -8l-8 8` : "");
    const ball = place(scene.ball);
    this.ball.setAttribute("visibility", ball ? "visible" : "hidden");
    if (ball) {
      this.ball.setAttribute("cx", px(ball[0]));
      this.ball.setAttribute("cy", px(ball[1]));
    }
    this.stem.setAttribute("d", ball && truth ? `M${px(ball[0])} ${px(ball[1])}L${px(truth[0])} ${px(truth[1])}m-4 0h8` : "");
    const best = scene.best ? place(scene.best) : null;
    this.best.setAttribute("d", best ? star(best) : "");
    this.#point(scene, place);
  }

  /**
   * @param {Scene} scene
   * @param {Place} place
   */
  #point(scene, place) {
    while (this.arrows.childElementCount < scene.arrows.length) {
      const group = svg("g", {}, this.arrows);
      svg("path", {}, group);
      svg("text", {}, group);
    }
    const groups = [...this.arrows.children];
    const from = place(scene.from);
    groups.forEach((group, i) => {
      const arrow = scene.arrows[i];
      const drawn = arrow && from ? grown(arrow, scene.from, from, place) : null;
      group.setAttribute("visibility", drawn ? "visible" : "hidden");
      if (!drawn || !from) return;
      group.setAttribute("class", `actor-arrow actor-${arrow.look}`);
      group.children[0].setAttribute("d", shaft(from, drawn.to));
      const left = drawn.to[0] < from[0];
      group.children[1].setAttribute("text-anchor", left ? "end" : "start");
      group.children[1].setAttribute("x", px(drawn.to[0] + (left ? -6 : 6)));
      group.children[1].setAttribute("y", px(drawn.to[1] - 6 + 13 * i));
      const text = drawn.times === 1 ? arrow.name : `${arrow.name} ×${drawn.times}`;
      if (group.children[1].textContent !== text) group.children[1].textContent = text;
    });
  }
}

/**
 * The arrow's tip, drawn longer where it would not be seen.
 * @param {Arrow} arrow
 * @param {[number, number]} at
 * @param {Pixel} from
 * @param {Place} place
 * @returns {{to: Pixel, times: number}|null}
 */
function grown(arrow, at, from, place) {
  for (const times of GROWTH) {
    const to = place([at[0] + times * arrow.by[0], at[1] + times * arrow.by[1]]);
    if (!to) return null;
    if (Math.hypot(to[0] - from[0], to[1] - from[1]) >= VISIBLE) return { to, times };
  }
  return null;
}

/** @param {Pixel} from @param {Pixel} to @returns {string} */
function shaft([x0, y0], [x1, y1]) {
  const angle = Math.atan2(y1 - y0, x1 - x0);
  const wing = (/** @type {number} */ turn) => `${px(x1 - HEAD * Math.cos(angle + turn))} ${px(y1 - HEAD * Math.sin(angle + turn))}`;
  return `M${px(x0)} ${px(y0)}L${px(x1)} ${px(y1)}M${wing(0.45)}L${px(x1)} ${px(y1)}L${wing(-0.45)}`;
}

/** @param {number} v @returns {string} */
function px(v) {
  return v.toFixed(1);
}

/** @param {Pixel} at @returns {string} a star of five points around it */
function star([x, y]) {
  const points = Array.from({ length: 10 }, (_, i) => {
    const [radius, angle] = [i % 2 ? 3.5 : 8.5, (i * Math.PI) / 5 - Math.PI / 2];
    return `${px(x + radius * Math.cos(angle))} ${px(y + radius * Math.sin(angle))}`;
  });
  return `M${points.join("L")}z`;
}
