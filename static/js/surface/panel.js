/**
 * The loss surface being descended, in 3-D and from above, over a plane through the weights; the path on it is the one really taken.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {import("../plot/scale.js").Scale} Scale
 * @typedef {import("./picture.js").Picture} Picture
 */
import { show } from "../base/format.js";
import { fill } from "../base/numbers.js";
import { blankNote } from "../plot/blank.js";
import { exporter } from "../plot/export.js";
import { html } from "../plot/host.js";
import { caption, details, frame, onExperiment, readout, toggle } from "../plot/parts.js";
import { stale } from "../base/api.js";
import { ballNow, fewer, sceneOf } from "./cast.js";
import { descents } from "./descents.js";
import { downhill } from "./eye.js";
import { Flat } from "./flat.js";
import { LineView } from "./line.js";
import { lineFigure, lineTable } from "./line-whole.js";
import { COLUMNS, lineRows } from "./line-words.js";
import { Landscape } from "./model.js";
import { Morph } from "./morph.js";
import { LEFT_OUT } from "./optimizer.js";
import { planeChooser } from "./planes.js";
import { tables } from "./tables.js";
import { BREAK, FEWER, TANGENT, arrowWords, gapSentence, spoken } from "./words.js";
import { scaled } from "../plot/scale.js";
import { Stage3d, hasWebGl } from "./scene.js";
import { starting } from "./start.js";
import { viewer } from "./views.js";
import { TRUE_LENGTH, gapInWords, planeTable, wholeFigure } from "./whole.js";

const ROWS = 60;

/** @type {import("../base/types.js").Panel["mount"]} */
export function mount(root, context) {
  const { store, frames } = context;
  const webgl = hasWebGl();
  const boxes = { deep: html("div", { class: "plot-box surface-deep" }), flat: html("div", { class: "plot-box" }), line: html("div", { class: "plot-box line-box" }) };
  const body = html("div", { class: "surface-views" }, boxes.deep, boxes.flat, boxes.line);
  const log = toggle("Log", "Logarithmic heights: the bottom of the valley is seen in detail.");
  const pin = toggle("Pin", "Keep this plane where it is, and let the run leave it. Otherwise the plane goes along with the weights.");
  const views = viewer(root, store, webgl);
  const { shown } = views;
  const planeNumbers = [
    readout("plane’s loss", "surface.plane_loss", "plane"),
    readout("true loss", "surface.true_loss", "truth"),
    readout("gap", "surface.gap"),
    readout("largest gap on the path", "surface.largest"),
    readout("off the plane", "surface.distance"),
  ];
  const lineNumbers = [readout("tangent’s slope", "line.slope", "tangent"), readout("promised", "line.promised"), readout("actual", "line.actual")];
  const parts = frame(root, "Loss surface", [views.element, log.element, pin.element], body, [...planeNumbers, ...lineNumbers]);
  const summary = caption(root, "Loss surface");
  const about = html("p", { class: "plot-about" });
  const note = html("p", { class: "plot-note", role: "alert" });
  const lacking = html("p", { class: "plot-note quiet", role: "status" });
  const bar = html("progress", { class: "surface-progress", "aria-label": "Computing the surface", max: "1" });
  const wait = html("p", { class: "surface-wait" }, "The loss surface is being computed.");
  root.append(about);
  const lineData = details(root, "The line as a table", COLUMNS);
  const sentence = html("p", { class: "surface-gap" });
  parts.numbers.after(sentence);

  const land = new Landscape(context, () => frames.invalidate("surface"));
  const flat = new Flat(boxes.flat, context, () => draw());
  const deep = webgl ? new Stage3d(boxes.deep, context, () => frames.invalidate("surface")) : null;
  const cut = new LineView(boxes.line, context, () => log.on, () => frames.invalidate("surface"));
  const morph = new Morph(frames, () => frames.invalidate("surface"));
  const ball = ballNow(context, () => frames.invalidate("surface"));
  const chooser = planeChooser(context, () => land.visits, (spec) => land.choose(spec));
  const rates = descents(() => frames.invalidate("surface"));
  chooser.element.append(rates.element);
  parts.head.after(chooser.element, cut.element, note, lacking);
  body.append(bar, wait);
  const blank = blankNote(body);
  const start = starting([flat, ...(deep ? [deep] : [])], land, context);
  sentence.after(start.note);
  const saving = exporter("surface", {
    title: () => (land.picture ? `Loss surface over ${land.picture.labels.join(" and ")}, update ${store.get("state.step")}` : ""),
    words: () => `${summary.element.textContent} ${gapInWords(store)} ${(about.textContent ?? "").replace(TANGENT, TRUE_LENGTH).replace(` ${FEWER}`, "").replace(` ${LEFT_OUT}`, "").replaceAll(BREAK, " ")}`,
    figure() {
      const [scale, { picture }] = [scaleNow(), land];
      return scale && picture && wholeFigure(land, scale, sceneOf(land, picture, store, ball.vector(), rates.trails(land)), { deep: shown("3d", "both"), flat: shown("flat", "both"), camera: deep?.camera });
    },
    table: () => planeTable(land),
  });
  const savingLine = exporter("line", {
    title: () => `Loss along a line: ${cut.label}, update ${store.get("state.step")}`,
    words: () => Object.values(cut.words()).join(" "),
    figure: () => lineFigure(cut),
    table: () => lineTable(cut),
  });
  const planeData = tables(root, land);
  planeData.elements[0].before(start.element, saving.element, savingLine.element);
  /** @type {{loss: any, log: boolean, scale: Scale}|null} */
  let cached = null;
  /** @type {any} the plane, or the line, that the words are about */
  let told = null;

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
    work();
    if (shown("line")) drawLine();
    else drawPlane();
    saving.offer(Boolean(land.picture));
    savingLine.offer(Boolean(cut.answer));
  }

  function drawLine() {
    cut.follow();
    cut.actions();
    const words = cut.words();
    // What stood there of a plane, or of another line, has become wrong; of one line a run that plays is told at a pace that can be followed.
    const line = `${cut.along.select.value} ${cut.weight.select.value} ${cut.rate.select.value}`;
    summary.say(words.summary, !cut.answer || told !== line || !store.get("playing"));
    told = line;
    if (about.textContent !== words.about) about.textContent = words.about;
    blank(cut.answer ? (cut.heights?.blank ?? 0) : 0, "the line");
    root.classList.toggle("waiting", !cut.answer);
    lineRowsNow();
    root.classList.remove("without");
  }

  function drawPlane() {
    const scale = scaleNow();
    blank(scale?.blank ?? 0, "the plane");
    root.classList.toggle("waiting", !scale);
    root.classList.toggle("without", !scale && Boolean(land.problem || land.lacking));
    const words = scale ? gapSentence(store, land.problem) : "";
    if (sentence.textContent !== words) {
      sentence.textContent = words;
      for (const number of planeNumbers.slice(2, 4)) number.title = words; // where a low screen has no room for the sentence
    }
    if (!scale || !land.picture) {
      // What was said of another plane is not true of this one, nor are its rates.
      summary.say(land.problem || land.lacking || "The loss over the chosen plane is being computed.", told !== null);
      told = null;
      about.textContent = "";
      rates.element.hidden = true;
      return;
    }
    rates.offer(land);
    const { picture } = land;
    const trails = rates.trails(land);
    if (shown("flat", "both")) {
      flat.fit(picture);
      flat.field(picture, scale);
      flat.actions(sceneOf(land, picture, store, ball.vector(), trails));
    }
    const arrows = deep && shown("3d", "both") ? drawDeep(deep, picture, scale, trails) : 0;
    say(scale, arrows > 0);
  }

  /**
   * The scene's actors stand on the surface that it shows, which may be an older one of this plane; on another plane's they have no place.
   * @param {Stage3d} stage
   * @param {Picture} picture
   * @param {Scale} scale
   * @param {import("./actors.js").Trail[]} trails
   * @returns {number} how many arrows are drawn
   */
  function drawDeep(stage, picture, scale, trails) {
    if (!morph.moving || stage.quick) stage.field(picture, scale, () => downhill(picture, land.visits, store));
    const stands = stage.shown?.picture.spec === picture.spec ? stage.shown.picture : null;
    boxes.deep.classList.toggle("old", !stands);
    if (!stands) return 0;
    const all = sceneOf(land, stands, store, ball.vector(), trails);
    const scene = stage.small ? fewer(all) : all;
    stage.actions(scene);
    return scene.arrows.length;
  }

  /** @param {Scale} scale @param {boolean} straight  are there arrows along the tangent? */
  function say(scale, straight) {
    const [now, picture] = [store.get("surface"), land.picture];
    if (!now || !picture) return;
    const { summary: line, about: facts, subtitle } = spoken(land, scale, store);
    // At rest the words keep up with the numbers; a run that plays is told at a pace that can be followed.
    summary.say(line, told !== land.spec || (!store.get("playing") && !morph.moving));
    told = land.spec;
    const drawn = deep?.shown?.picture;
    const old = drawn && shown("3d", "both") && drawn !== picture && drawn.step !== picture.step ? ` The 3-D surface is that of update ${drawn.step}.` : "";
    const words = [facts + old, arrowWords(straight, deep), rates.words(land)].filter(Boolean).join(BREAK);
    if (about.textContent !== words) about.textContent = words;
    parts.subtitle.textContent = subtitle;
  }

  function work() {
    bar.hidden = !land.busy || land.progress >= 1 || Boolean(land.picture && store.get("playing"));
    bar.value = land.progress;
    wait.hidden = !land.busy || Boolean(land.picture) || shown("line");
    const said = shown("line") ? [cut.problem, cut.lacking] : [land.problem, land.lacking];
    [note, lacking].forEach((element, i) => { if (element.textContent !== said[i]) element.textContent = said[i]; });
  }

  /** @type {any} what the line's table tells of */
  let listed = null;
  function lineRowsNow() {
    if (!lineData.element.open || (listed?.answer === cut.answer && listed?.run === cut.run)) return;
    listed = { answer: cut.answer, run: cut.run };
    lineData.fill(cut.answer ? lineRows(cut.answer, cut.run, cut.shift).map(([what, ...numbers]) => [what, ...numbers.map((v) => show(v))]) : [], ["what", cut.label, ...COLUMNS.slice(2)]);
  }

  /** Only what is looked at is drawn: a scene that nobody sees costs as much as one that is seen. */
  async function redraw() {
    if (!store.get("info")) return;
    if (shown("flat", "both") && flat.key === "") await flat.draw();
    if (deep && shown("3d", "both") && !deep.plot.figure) await deep.draw();
    if (shown("line") && !cut.plot.figure) {
      await cut.plot.draw();
      cut.fit(); // the answer may have come before there were axes
    }
    frames.invalidate("surface");
  }

  /** @param {unknown} error */
  function failed(error) {
    if (!stale(error)) reportError(error);
  }

  lineData.element.addEventListener("toggle", () => frames.invalidate("surface"));
  log.onChange((on) => {
    store.set("plane.heights", on ? "log" : null);
    cut.fit();
    frames.invalidate("surface");
  });
  pin.onChange((on) => store.set("plane.pinned", on ? (store.get("plane.pinned") ?? land.moment) : null));
  const chosen = () => {
    const { heights, pinned = null } = store.get("plane");
    if (log.on !== (heights === "log")) log.set(heights === "log");
    if (pin.on !== (pinned !== null)) pin.set(pinned !== null);
    land.pin(pinned);
  };
  store.subscribe(["plane.heights", "plane.pinned"], chosen);
  chosen();
  store.subscribe(["state", "frame", "playing"], () => {
    land.follow();
    chooser.refresh();
    frames.invalidate("surface");
  });
  store.subscribe(["trace", "cursor"], () => frames.invalidate("surface"));
  store.subscribe(["surface", "line"], () => {
    for (const element of root.querySelectorAll("[data-path^='surface.'], [data-path^='line.']")) fill(element, store);
    if (planeData.open && !store.get("playing")) planeData.fill();
  });
  root.classList.add("waiting");
  views.follow([
    [[boxes.deep], ["3d", "both"]], [[boxes.flat], ["flat", "both"]], [[boxes.line, cut.element, savingLine.element, lineData.element, ...lineNumbers], ["line"]],
    [[chooser.element, start.element, saving.element, ...planeData.elements, pin.element, sentence, ...planeNumbers], ["3d", "flat", "both"]],
  ], () => redraw().catch(failed));
  onExperiment(context, async () => {
    flat.key = "";
    if (deep) deep.plot.figure = null;
    cut.plot.figure = null;
    cut.build();
    if (store.get("timeline.0") !== land.run || !land.spec) land.begin(chooser.build());
    else chooser.again();
    await redraw();
  });
}
