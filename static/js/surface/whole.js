/**
 * The plane as one figure of Plotly's own traces, to take away: heights, the run's path on the plane and its true losses beside it,
 * start, ball, optimum, arrows, descents. What is on the page stands in it, and nothing else.
 *
 * @typedef {import("./model.js").Landscape} Landscape
 * @typedef {import("./picture.js").Picture} Picture
 * @typedef {import("../plot/scale.js").Scale} Scale
 * @typedef {import("./actors.js").Scene} Scene
 * @typedef {[number, number]} Pair
 * @typedef {{x: number, y: number, z: number}} Point
 * @typedef {{name: string, at: Pair[], colour: string, look?: any, z?: (number|null)[], text?: string[], only?: "deep"|"flat", more?: boolean}} Mark
 *   `more` of one that the legend has already
 */
import { show } from "../base/format.js";
import { colour } from "../base/theme.js";
import { heightAt, slopeAt } from "../plot/field.js";
import { ramp } from "../plot/ramp.js";
import { draped } from "./draped.js";
import { brief } from "./scene.js";
import { broken } from "./visits.js";

const LOOKS = /** @type {Record<string, string>} */ ({ update: "--positive", gradient: "--negative", velocity: "--accent", accepted: "--positive", rejected: "--error" });
/** A descent by what it did: a colour and a dash, so that no two differ in colour alone. */
const DESCENTS = /** @type {Record<string, [string, string]>} */ ({ creep: ["--ink", "solid"], converge: ["--accent", "dash"], oscillate: ["--negative", "dot"], swing: ["--negative", "dashdot"], strand: ["--error", "longdash"], diverge: ["--error", "solid"] });
/** Between two paths: no line leads to where the ball was put. */
const NOWHERE = { step: 0, loss: null, placed: false, at: /** @type {Pair} */ ([NaN, NaN]) };
const PAD = 0.05; // of the heights, above and below them
const DEEP = 0.7; // markers of a scene look larger than those of a plot
const CLEAR = 0.85; // what lies on the surface is seen through it, as on the page
const HALF = 0.47; // of the width, for each of two views side by side
const BACK = 1.4; // times as far away the eye is then: a scene is as high as before, but Plotly's numbers stand at its sides

/** What is said of the arrows here, in place of what is said of them on the page, where they may be drawn larger. */
export const TRUE_LENGTH = "The arrows are straight, along the tangent where the step begins, and as long as what they show.";

/**
 * @param {Landscape} land
 * @param {Scale} scale
 * @param {Scene} scene
 * @param {{deep: boolean, flat: boolean, camera: any}} views  which are shown, and from where
 * @returns {import("../plot/export.js").Figure|null}
 */
export function wholeFigure(land, scale, scene, { deep, flat, camera }) {
  const { picture } = land;
  if (!picture) return null;
  const [both, title] = [deep && flat, scale.log ? "log₁₀ loss" : "loss"];
  const marks = marksOf(land, picture, scale, scene);
  const data = [
    ...(deep ? [field(picture, scale, title, "surface", !both), ...marks.filter((mark) => mark.only !== "flat").map((mark) => trace(mark, picture, scale, true, true))] : []),
    ...(flat ? [field(picture, scale, title, "contour", true), ...marks.filter((mark) => mark.only !== "deep").map((mark) => trace(mark, picture, scale, false, !both))] : []),
  ];
  const [a, b] = picture.labels;
  const inside = { x: [0, both ? HALF : 1], y: [0, 1] };
  const space = { scene: { domain: inside, xaxis: { title: { text: brief(a) }, range: ends(picture.xs) }, yaxis: { title: { text: brief(b) }, range: ends(picture.ys) }, zaxis: { title: { text: title }, range: padded(scale) }, aspectmode: "manual", aspectratio: picture.sides, ...(camera ? { camera: both ? steppedBack(camera) : camera } : {}) } };
  const plain = { xaxis: { title: { text: a }, domain: [both ? 1 - HALF : 0, 1], range: ends(picture.xs) }, yaxis: { title: { text: b }, range: ends(picture.ys) } };
  return { data, layout: { ...(deep ? space : {}), ...(flat ? plain : {}) } };
}

/**
 * The same view from further away.
 * @param {{eye: Point, center?: Point}} camera
 */
function steppedBack({ eye, center = { x: 0, y: 0, z: 0 }, ...more }) {
  const away = (/** @type {"x"|"y"|"z"} */ k) => center[k] + BACK * (eye[k] - center[k]);
  return { ...more, center, eye: { x: away("x"), y: away("y"), z: away("z") } };
}

/** @param {Scale} scale @returns {[number, number]} what lies far above or below the surface is not on the picture either */
function padded({ low, high }) {
  const pad = PAD * (high - low || 1);
  return [low - pad, high + pad];
}

/** @param {number[]} values */
function ends(values) {
  return [values[0], values[values.length - 1]];
}

/**
 * @param {Picture} picture
 * @param {Scale} scale
 * @param {string} title
 * @param {"surface"|"contour"} type
 * @param {boolean} bar  one bar of colours is enough
 */
function field({ xs, ys, loss, labels }, scale, title, type, bar) {
  const [a, b] = labels;
  const own = type === "surface" ? { contours: { z: { show: true, usecolormap: false, color: colour("--ink") } } } : { ncontours: 20 };
  return {
    type, x: xs, y: ys, z: scale.heights, customdata: loss, opacity: type === "surface" ? CLEAR : 1, colorscale: ramp(), showscale: bar, colorbar: { title: { text: title } }, showlegend: false, name: "the plane", ...own,
    hovertemplate: `${a} = %{x:.4g}<br>${b} = %{y:.4g}<br>loss = %{customdata:.4g}<extra>the plane</extra>`,
  };
}

/**
 * @param {Landscape} land
 * @param {Picture} picture
 * @param {Scale} scale
 * @param {Scene} scene
 * @returns {Mark[]}
 */
function marksOf(land, picture, scale, scene) {
  const positive = colour("--positive");
  const way = broken(land.visits.list, (visit) => ({ ...visit, at: picture.visited(visit) })).map((one) => one ?? NOWHERE);
  const text = way.map(({ step, loss, at, placed }) => `update ${step}${placed ? ", put there" : ""}<br>plane’s loss ${show(heightAt(picture.loss, picture.xs, picture.ys, at[0], at[1]))}<br>true loss ${show(loss)}`);
  const true_ = way.map(({ loss }) => (loss === null ? null : scale.of(loss)));
  const best = scene.best;
  return [
    { name: "the run’s path, on the plane", at: way.map((w) => w.at), text, colour: positive, look: { mode: "lines+markers", marker: { size: 4, color: positive } } },
    { name: "its true loss", at: way.map((w) => w.at), z: true_, text, colour: colour("--error"), look: { mode: "markers", marker: { size: 3, color: colour("--error"), symbol: "diamond" } }, only: "deep" },
    ...scene.trails.flatMap((trail) => trailOf(trail, picture)),
    ...scene.arrows.filter((arrow) => Math.hypot(...arrow.by) > 0).map((arrow) => arrowOf(arrow, picture, scale, scene.from)),
    ...scene.starts.map((at, i) => point(i ? "put there" : "start", at, colour("--ink"), "x")),
    ...scene.marks.map((mark) => point(mark.name, mark.at, colour("--ink"), "square-open")),
    ...(best ? [point(best.shadow ? "the optimum’s shadow" : "the optimum", best.at, "#ffd34d", best.shadow ? "diamond-open" : "diamond")] : []),
    point("the ball: the weights now", scene.ball, positive, "circle"),
  ];
}

/**
 * From above straight from place to place; in 3-D on the surface, and as far as it lies in the window.
 * @param {import("./actors.js").Trail} trail
 * @param {Picture} picture
 * @returns {Mark[]}
 */
function trailOf({ name, look, path, dotted }, { xs, ys }) {
  const [token, dash] = DESCENTS[look] ?? ["--accent", "solid"];
  const own = colour(token);
  const shared = { name, colour: own };
  const looks = { line: { color: own, width: 2.5, dash }, marker: { size: 4, color: own } };
  return [
    { ...shared, at: path, look: { mode: dotted ? "lines+markers" : "lines", ...looks }, only: "flat" },
    { ...shared, at: draped(path, xs, ys).map((at) => at ?? NOWHERE.at), look: { mode: "lines", ...looks }, only: "deep" },
    ...(dotted ? [/** @type {Mark} */ ({ ...shared, at: path, look: { mode: "markers", ...looks }, only: "deep", more: true })] : []),
  ];
}

/** @param {string} name @param {Pair} at @param {string} colour_ @param {string} symbol @returns {Mark} */
function point(name, at, colour_, symbol) {
  return { name, at: [at], colour: colour_, look: { mode: "markers", marker: { size: 8, symbol, color: colour_, line: { color: "#000", width: symbol === "x" ? 0 : 1 } } } };
}

/**
 * An arrow in its true length; in 3-D it is straight, along the tangent where it begins.
 * @param {import("./arrows.js").Arrow} arrow
 * @param {Picture} picture
 * @param {Scale} scale
 * @param {Pair} from
 * @returns {Mark}
 */
function arrowOf({ name, look, by }, { xs, ys }, scale, from) {
  const here = heightAt(scale.heights, xs, ys, ...from);
  const slope = slopeAt(scale.heights, xs, ys, ...from);
  const tip = here === null || slope === null ? null : here + slope[0] * by[0] + slope[1] * by[1];
  const own = colour(LOOKS[look] ?? "--accent");
  const head = { size: [0, 12], symbol: "arrow", angleref: "previous", color: own };
  return { name, at: [from, [from[0] + by[0], from[1] + by[1]]], z: [here, tip], colour: own, look: { mode: "lines+markers", marker: head } };
}

/**
 * @param {Mark} mark
 * @param {Picture} picture
 * @param {Scale} scale
 * @param {boolean} deep
 * @param {boolean} listed  in the legend? Of two views side by side one is enough
 */
function trace({ name, at, colour: own, look, z, text, more }, { xs, ys, labels }, scale, deep, listed) {
  const [x, y] = [at.map((p) => p[0]), at.map((p) => p[1])];
  const heights = z ?? at.map((p) => heightAt(scale.heights, xs, ys, ...p));
  const said = text ? "%{text}<br>" : "";
  const shared = { x, y, name, line: { color: own, width: deep ? 5 : 2.5 }, ...look, ...(text ? { text } : {}), legendgroup: name, showlegend: listed && !more, hovertemplate: `${said}${labels[0]} = %{x:.4g}<br>${labels[1]} = %{y:.4g}<extra>${name}</extra>` };
  if (!deep) return { type: "scatter", ...shared };
  // Markers of a scene know neither arrows nor angles, and their cross is a letter that not every machine has: a plus is.
  const marker = look.marker.symbol === "arrow" ? { size: [0, 6], color: own, symbol: "diamond" } : { ...look.marker, size: DEEP * look.marker.size, symbol: look.marker.symbol === "x" ? "cross" : look.marker.symbol };
  return { type: "scatter3d", ...shared, marker, z: heights };
}

/**
 * Every point of the grid, then every state of the path.
 * @param {Landscape} land
 * @returns {(string|number|null)[][]}
 */
export function planeTable(land) {
  const { picture, visits } = land;
  if (!picture) return [];
  // A file is read by programs: weights have their addresses there.
  const names = picture.answer.axes.map((/** @type {{label: string}} */ axis) => axis.label);
  const head = ["what", "update", ...names, "loss", "distance from the plane"];
  const grid = picture.loss.flatMap((row, r) => row.map((loss, c) => ["plane", "", picture.xs[c], picture.ys[r], loss, 0]));
  const path = visits.list.map((visit) => {
    const { at, distance } = land.place(visit.vector);
    return [visit.placed ? "put there" : "path", visit.step, ...at, visit.loss, distance];
  });
  return [head, ...grid, ...path];
}

/** @param {import("../base/types.js").Store} store @returns {string} how far the plane is from the truth, in numbers */
export function gapInWords(store) {
  const now = store.get("surface");
  if (!now) return "";
  return `Under the ball the plane’s loss is ${show(now.plane_loss)}, the true loss of the weights ${show(now.true_loss)}: a gap of ${show(now.gap)}; the largest so far is ${show(now.largest)}.`;
}
