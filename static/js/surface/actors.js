/**
 * What moves on the surface: the path really taken, the ball, the update arrow, the optimizer's own arrows, and the stem from the
 * plane's height to the true loss. Each view, flat or 3-D, says where a point of the plane is on its screen.
 *
 * @typedef {[number, number]} Pixel
 * @typedef {import("./arrows.js").Arrow} Arrow
 * @typedef {{name: string, brief?: string, look: string, path: [number, number][], dotted?: boolean, laid?: ([number, number]|null)[]}} Trail
 *   a line on the plane; `brief`: its name where there is no room; `laid`: as it lies on the surface, if that is not straight
 * @typedef {{name: string, at: [number, number]}} Mark
 * @typedef {{at: [number, number], shadow: boolean}} Best  the optimum; is it off the plane, and this only its shadow?
 * @typedef {{path: ([number, number]|null)[], starts: [number, number][], ball: [number, number], from: [number, number], taken: boolean,
 *   arrows: Arrow[], truth: number|null, best: Best|null, trails: Trail[], marks: Mark[]}} Scene  the path is broken (null) where the ball
 *   was put somewhere else; `from` is where the told update begins, and it may be taken already
 * @typedef {(at: [number, number]) => Pixel|null} Place
 */
import { line, px } from "../plot/host.js";
import { svg } from "../base/svg.js";
import { Arrows } from "./arrows.js";
import { Labels } from "./labels.js";

const STAR = 9; // pixels
const CROSS = 5;
const DOT = 2.5;

export class Actors {
  /** @param {SVGSVGElement} overlay */
  constructor(overlay) {
    this.labels = new Labels(overlay);
    const root = svg("g", { class: "actors" }, overlay);
    this.root = root;
    // Dark below and light above: seen on every colour of the surface.
    this.shade = svg("path", { class: "actor-path-shade" }, root);
    this.path = svg("path", { class: "actor-path" }, root);
    this.start = svg("path", { class: "actor-start" }, root);
    this.stem = svg("path", { class: "actor-stem" }, root);
    this.beyond = svg("text", { class: "actor-beyond", visibility: "hidden" }, root);
    this.trails = svg("g", {}, root);
    this.marks = svg("g", {}, root);
    this.best = svg("path", { class: "actor-best" }, root);
    this.arrows = new Arrows(root, this.labels);
    this.ball = svg("circle", { class: "actor-ball", r: 7 }, root);
  }

  /**
   * @param {Scene} scene
   * @param {Place} place
   * @param {{at: Pixel, beyond: string}|null} [truth]  where the true loss is above or below the ball, or which way it lies beyond the picture
   * @param {Place} [inside]  as `place`, but null outside the picture
   * @param {Place} [tangent]  where the arrows lie: straight, whatever the surface does beyond the step
   * @param {((at: [number, number], tail: [number, number]) => Pixel|null)|null} [level]  places as high as the arrows begin
   */
  draw(scene, place, truth = null, inside = place, tangent = inside, level = null) {
    const ball = place(scene.ball);
    this.labels.begin(ball);
    this.#way(scene, place);
    this.ball.setAttribute("visibility", ball ? "visible" : "hidden");
    if (ball) {
      this.ball.setAttribute("cx", px(ball[0]));
      this.ball.setAttribute("cy", px(ball[1]));
    }
    this.#optimum(scene, inside);
    this.#stem(ball, truth);
    lines(this.labels, this.trails, scene.trails, place, inside);
    lines(this.labels, this.marks, scene.marks.map(({ name, at }) => ({ name, look: "mark", path: [at], dotted: true })), inside, inside);
    this.arrows.draw(scene.arrows, scene, tangent, level, place);
  }

  /** The path, and a cross wherever one begins. @param {Scene} scene @param {Place} place */
  #way({ path, starts }, place) {
    const way = path.map((at) => at && place(at));
    const drawn = line(way.map((p) => p && p[0]), way.map((p) => p && p[1]));
    this.path.setAttribute("d", drawn);
    this.shade.setAttribute("d", drawn);
    const crosses = starts.map(place).filter((at) => at !== null);
    this.start.setAttribute("d", crosses.map(([x, y]) => `M${px(x - 4)} ${px(y - 4)}l8 8m0 -8l-8 8`).join(""));
    for (const at of crosses) this.labels.keep(at, CROSS);
  }

  /** @param {Scene} scene @param {Place} inside */
  #optimum(scene, inside) {
    const best = scene.best ? inside(scene.best.at) : null;
    this.best.classList.toggle("shadow", scene.best?.shadow ?? false);
    this.best.setAttribute("d", best ? star(best) : "");
    if (best) this.labels.keep(best, STAR);
  }

  /** @param {Pixel|null} ball @param {{at: Pixel, beyond: string}|null} truth */
  #stem(ball, truth) {
    const way = ball && truth ? `M${px(ball[0])} ${px(ball[1])}L${px(truth.at[0])} ${px(truth.at[1])}` : "";
    this.stem.setAttribute("d", way && !truth?.beyond ? `${way}m-4 0h8` : way);
    this.beyond.setAttribute("visibility", way && truth?.beyond ? "visible" : "hidden");
    if (way && truth?.beyond) this.labels.put(this.beyond, `true loss: ${truth.beyond} still`, truth.at);
  }
}

/**
 * Named lines, made as they are needed: descents, rings. Their names stand above all of them, and are left out where they would cover others.
 * @param {Labels} labels
 * @param {SVGElement} parent
 * @param {Trail[]} trails
 * @param {Place} place
 * @param {Place} inside
 */
function lines(labels, parent, trails, place, inside) {
  const [ways, names] = parent.childElementCount ? parent.children : [svg("g", {}, parent), svg("g", {}, parent)];
  while (ways.childElementCount < trails.length) {
    const group = svg("g", {}, ways);
    for (const tag of /** @type {const} */ (["path", "path"])) svg(tag, {}, group);
    svg("text", {}, svg("g", {}, names));
  }
  [...ways.children].forEach((group, i) => {
    const trail = trails[i];
    for (const each of [group, names.children[i]]) each.setAttribute("visibility", trail ? "visible" : "hidden");
    if (!trail) return;
    group.setAttribute("class", `actor-trail actor-${trail.look}`);
    names.children[i].setAttribute("class", `actor-name actor-name-${trail.look}`);
    const [way, places] = [(trail.laid ?? trail.path).map((at) => at && place(at)), trail.path.map(place)];
    const [path, dots] = group.children;
    path.setAttribute("d", line(way.map((p) => p && p[0]), way.map((p) => p && p[1])));
    dots.setAttribute("d", trail.dotted ? places.map((p) => (p && p.every(Number.isFinite) ? dot(p) : "")).join("") : "");
  });
  const ends = trails.map((trail) => trail.path.map(inside).findLast((p) => p !== null));
  for (const end of ends) if (end) labels.keep(end, DOT);
  ends.forEach((end, i) => {
    const text = /** @type {SVGTextElement} */ (names.children[i].children[0]);
    const { name, brief = "" } = trails[i];
    const said = end && [name, brief].some((words) => words && labels.put(text, words, end, false, true));
    text.setAttribute("visibility", said ? "inherit" : "hidden");
  });
}

/** @param {Pixel} at @returns {string} */
function dot([x, y]) {
  return `M${px(x - 2.5)} ${px(y)}a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0`;
}

/** @param {Pixel} at @returns {string} a star of five points around it */
function star([x, y]) {
  const points = Array.from({ length: 10 }, (_, i) => {
    const [radius, angle] = [i % 2 ? 3.5 : 8.5, (i * Math.PI) / 5 - Math.PI / 2];
    return `${px(x + radius * Math.cos(angle))} ${px(y + radius * Math.sin(angle))}`;
  });
  return `M${points.join("L")}z`;
}
