/**
 * The loss surface being descended, in 3-D and from above, over a plane through the weights; the path on it is the one really taken.
 *
 * @typedef {import("./types.js").Context} Context
 * @typedef {import("./surface-scale.js").Scale} Scale
 */
import { count, show } from "./format.js";
import { fill } from "./numbers.js";
import { html } from "./plot-host.js";
import { caption, details, frame, onExperiment, readout, toggle } from "./plot-parts.js";
import { stale } from "./api.js";
import { ballNow, sceneOf } from "./surface-cast.js";
import { Flat } from "./surface-flat.js";
import { Landscape } from "./surface-model.js";
import { Morph } from "./surface-morph.js";
import { planeChooser } from "./surface-planes.js";
import { scaled } from "./surface-scale.js";
import { Stage3d, hasWebGl } from "./surface-scene.js";
import { starting } from "./surface-start.js";

const SMALL = "(width <= 680px)";
const ROWS = 60;
const VIEWS = /** @type {const} */ ([["3d", "3-D"], ["flat", "Contour"], ["both", "Both"]]);

/** @type {import("./types.js").Panel["mount"]} */
export function mount(root, context) {
  const { store, frames } = context;
  const webgl = hasWebGl();
  const boxes = { deep: html("div", { class: "plot-box" }), flat: html("div", { class: "plot-box" }) };
  const body = html("div", { class: "surface-views" }, boxes.deep, boxes.flat);
  const log = toggle("Log", "Logarithmic heights: the bottom of the valley is seen in detail.");
  const pin = toggle("Pin", "Keep this plane where it is, and let the run leave it. Otherwise the plane goes along with the weights.");
  const views = tabs();
  const parts = frame(root, "Loss surface", [views, log.element, pin.element], body, [
    readout("plane", "surface.plane_loss", "plane"),
    readout("true", "surface.true_loss", "truth"),
    readout("gap", "surface.gap"),
    readout("off plane", "surface.distance"),
  ]);
  const summary = caption(root, "Loss surface");
  const about = html("p", { class: "plot-about" });
  root.append(about);
  const table = details(root, "The path as a table", ["update", "α", "β", "true loss", "off the plane"]);

  const land = new Landscape(context, () => frames.invalidate("surface"));
  const flat = new Flat(boxes.flat, context, () => draw());
  const deep = webgl ? new Stage3d(boxes.deep, context, () => frames.invalidate("surface")) : null;
  const morph = new Morph(frames, () => frames.invalidate("surface"));
  const ball = ballNow(context, () => frames.invalidate("surface"));
  const chooser = planeChooser(context, (spec) => land.choose(spec));
  parts.head.after(chooser.element);
  const start = starting(flat, land, context);
  root.insertBefore(start.element, table.element);
  /** @type {{loss: any, log: boolean, scale: Scale}|null} */
  let cached = null;

  /** @returns {Scale|null} of what is to be drawn now: the newest plane, or what lies between it and the one before */
  function scaleNow() {
    if (!land.picture) return null;
    const loss = morph.grid(land.picture);
    if (cached?.loss !== loss || cached.log !== log.on) {
      const keep = land.visits.list.slice(-ROWS).map((visit) => visit.loss);
      cached = { loss, log: log.on, scale: scaled(loss, { log: log.on, keep }) };
    }
    return cached.scale;
  }

  frames.register("surface", draw, root);
  function draw() {
    const scale = scaleNow();
    root.classList.toggle("waiting", !scale);
    if (!scale || !land.picture) return;
    const scene = sceneOf(land, store, ball.vector());
    if (shown("flat")) {
      flat.fit(land.picture);
      flat.field(land.picture, scale);
      flat.actions(scene);
    }
    if (deep && shown("3d") && !morph.moving) deep.field(land.picture, scale);
    if (deep && shown("3d")) deep.actions(scene);
    say(scale);
  }

  /** @param {"3d"|"flat"} view */
  function shown(view) {
    return root.dataset.view === view || root.dataset.view === "both";
  }

  /** @param {Scale} scale */
  function say(scale) {
    const now = store.get("surface");
    if (!now || !land.picture) return;
    const [a, b] = land.picture.labels;
    summary.say(`The loss over ${a} and ${b}, from ${show(scale.log ? 10 ** scale.low : scale.low)} to ${show(scale.log ? 10 ** scale.high : scale.high)}; `
      + `the ball is at ${show(now.at.alpha)}, ${show(now.at.beta)}, where the true loss is ${show(now.true_loss)}.`);
    const size = store.get("info.size");
    const exact = size <= 2 ? "This model has no other parameters: the plane is its whole loss." : `A plane shows 2 of the ${count(size)} directions in which this loss can change; what is off the plane is not seen, and a valley here need not be one of the whole.`;
    const cut = scale.cap === null ? "" : ` Heights are cut off at ${show(scale.log ? 10 ** scale.cap : scale.cap)}; ${(100 * scale.share).toFixed(0)} % of the plane is higher.`;
    const old = deep?.shown && shown("3d") && deep.shown.picture !== land.picture ? ` The 3-D surface is that of update ${deep.shown.picture.step}.` : "";
    const text = `${exact} The gap is how far the plane’s loss under the ball is from the true loss: 0 while the plane goes through the weights, growing as they leave it.${cut}${old}`;
    if (about.textContent !== text) about.textContent = text;
    parts.subtitle.textContent = `loss over all ${count(store.get("info.train_count"))} training examples${land.pinned ? ` · pinned at update ${land.picture.step}` : ""}`;
  }

  function rows() {
    const list = land.visits.list;
    table.fill(list.slice(-ROWS).map((visit) => {
      const { at, distance } = land.place(visit.vector);
      return [String(visit.step), show(at[0]), show(at[1]), show(visit.loss), show(distance < 1e-12 ? 0 : distance)];
    }));
  }

  function tabs() {
    const row = html("div", { class: "plot-tabs", role: "group", "aria-label": "View of the surface" });
    for (const [value, label] of VIEWS) {
      const button = html("button", { type: "button", "data-view": value }, label);
      button.disabled = !webgl && value !== "flat";
      if (button.disabled) button.title = "This browser cannot draw in 3-D (WebGL is missing).";
      button.addEventListener("click", () => look(value));
      row.append(button);
    }
    return row;
  }

  /** @param {string} view */
  function look(view) {
    root.dataset.view = view;
    for (const button of views.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.dataset.view === view));
    boxes.deep.hidden = view === "flat";
    boxes.flat.hidden = view === "3d";
    redraw().catch(failed);
  }

  /** Only what is looked at is drawn: a scene that nobody sees costs as much as one that is seen. */
  async function redraw() {
    if (!store.get("info")) return;
    if (shown("flat") && flat.key === "") await flat.draw();
    if (deep && shown("3d") && !deep.plot.figure) await deep.draw();
    frames.invalidate("surface");
  }

  /** @param {unknown} error */
  function failed(error) {
    if (!stale(error)) reportError(error);
  }

  table.element.addEventListener("toggle", rows);
  log.onChange(() => frames.invalidate("surface"));
  pin.onChange((on) => land.pin(on));
  store.subscribe(["state", "frame"], () => {
    land.follow();
    if (table.element.open && !store.get("playing")) rows();
    frames.invalidate("surface");
  });
  store.subscribe(["trace", "cursor"], () => frames.invalidate("surface"));
  store.subscribe("surface", () => {
    for (const element of root.querySelectorAll("[data-path^='surface.']")) fill(element, store);
  });
  look(webgl && !matchMedia(SMALL).matches ? "3d" : "flat");
  onExperiment(context, async () => {
    flat.key = "";
    if (deep) deep.plot.figure = null;
    if (store.get("state") !== land.visits.last && store.get("state.step") === 0) land.begin(chooser.build());
    else if (!land.spec) land.begin(chooser.build());
    await redraw();
  });
}
