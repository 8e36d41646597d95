/**
 * The stage: the network as a Plotly figure, and the step told on it. Python builds the figure once per architecture and size; the
 * step's numbers come from the store; the frame clock moves Plotly's own nodes and a layer of ours above them.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {import("./view.js").View} View
 * @typedef {import("./scene.js").Scene} Scene
 */
import * as plotly from "../plot/plotly-adapter.js";
import { readColours } from "./colour.js";
import { Edges } from "./edges.js";
import { Flow } from "./flow.js";
import { Halos } from "./halo.js";
import { Hands } from "./hands.js";
import { Labels } from "./labels.js";
import { Largest } from "./largest.js";
import { Legend } from "./legend.js";
import { Marks } from "./marks.js";
import { Nodes } from "./nodes.js";
import { buildScene } from "./scene.js";
import { skeleton } from "./skeleton.js";
import { Strips } from "./strips.js";
import { streamed } from "../play/speed.js";
import { svg } from "../base/svg.js";
import { mountTable } from "./table.js";
import { Tiles } from "./tiles.js";
import { Told } from "./told.js";
import { View as Moment } from "./view.js";
import { figureName, sentence } from "./words.js";
import { ApiError, stale } from "../base/api.js";
import { drawnOf, whose } from "../base/view.js";
import { say } from "../base/wording.js";

const VIEW = "stage";
const FOOT = `
  <div class="stage-key" role="group" aria-label="How to read it"></div>
  <p class="stage-whose visually-hidden"></p>
  <p class="stage-sentence visually-hidden" aria-live="polite"></p>
  <p class="stage-active-words visually-hidden" aria-live="polite"></p>
  <details class="stage-table"><summary>All numbers</summary></details>`;
const WATCHED = ["trace", "state", "cursor", "example", "selection", "highlight", "spoken", "playing", "speed", "motion"];
const AGAIN = 2000; // ms after which a figure is asked for again that a server which is away has not given
const REFIT = 24; // pixels of change in size from which the figure is laid out anew

class Stage {
  /** @type {Scene|null} */
  scene = null;
  /** @type {{from: number, t: number}|null} */
  motion = null;
  /** The moment painted last, and what it was made of. @type {Moment|null} */
  view = null;
  /** @type {any[]} */
  shown = [];
  drawn = 0;
  asked = "";
  figureShapes = "";
  sceneShapes = "";
  shapes = "";
  /** @type {any} */
  info = null;
  /** Takes away what stands here until Plotly has drawn. */
  bare = () => {};

  /**
   * @param {HTMLElement} root
   * @param {Context} context
   */
  constructor(root, { store, api, frames }) {
    this.store = store;
    this.api = api;
    this.frames = frames;
    root.classList.add("stage");
    this.graph = Object.assign(document.createElement("div"), { className: "stage-graph" });
    this.layer = svg("svg", { class: "stage-layer", "aria-hidden": "true" });
    this.box = Object.assign(document.createElement("div"), { className: "stage-figure" });
    const drawing = Object.assign(document.createElement("div"), { className: "drawing" });
    const canvas = Object.assign(document.createElement("canvas"), { className: "stage-tiles" });
    // What moves every frame has a layer of its own, so that a frame repaints nothing else.
    this.moving = svg("svg", { class: "stage-layer stage-moving", "aria-hidden": "true" });
    this.letters = svg("svg", { class: "stage-layer", "aria-hidden": "true" });
    this.drawing = drawing;
    drawing.append(this.graph, canvas, this.layer, this.moving, this.letters);
    this.box.append(drawing);
    this.box.tabIndex = 0;
    this.box.setAttribute("role", "application");
    this.box.setAttribute("aria-roledescription", "network diagram");
    const foot = document.createElement("div");
    foot.className = "stage-foot";
    foot.innerHTML = FOOT;
    root.append(this.box, foot);
    this.whose = /** @type {HTMLElement} */ (foot.querySelector(".stage-whose"));
    this.sentence = /** @type {HTMLElement} */ (foot.querySelector(".stage-sentence"));
    mountTable(/** @type {HTMLDetailsElement} */ (foot.querySelector("details")), store);
    const [under, halos, marks, bands] = [0, 1, 2, 3].map(() => svg("g", {}, this.layer));
    // Paths, what travels and what is marked lie below the numbers: none of it runs over a digit.
    const [titles, hands, told, labels] = [0, 1, 2, 3].map(() => svg("g", {}, this.letters));
    this.edges = new Edges(this.graph);
    this.nodes = new Nodes(this.graph);
    this.strips = new Strips(under, titles);
    this.flow = new Flow(this.moving);
    this.built = [this.edges, this.nodes, this.strips, new Tiles(canvas), new Marks(marks), new Told(bands, told)];
    this.legend = new Legend(/** @type {HTMLElement} */ (foot.querySelector(".stage-key")));
    this.painters = [...this.built, new Largest(under), new Halos(halos), new Labels(labels), this.flow, this.legend];
    this.hands = new Hands(this.box, hands, /** @type {HTMLElement} */ (foot.querySelector(".stage-active-words")), store);
    this.colours = readColours(root);
    this.root = root;
  }

  follow() {
    const { store, frames } = this;
    frames.register(VIEW, (now) => this.paint(now), this.root, true);
    store.subscribe(WATCHED, () => frames.invalidate(VIEW));
    store.subscribe(["selection", "highlight"], () => this.hands.paint());
    store.subscribe(["cursor", "example", "info", "trace", "playing", "highlight"], () => this.#say());
    store.subscribe("info", () => this.#draw());
    store.subscribe(["theme", "shade"], () => {
      this.colours = readColours(this.root);
      this.drawn += 1;
      frames.invalidate(VIEW);
    });
    store.subscribe("transition", (transition) => this.#move(transition));
    plotly.onAfterPlot(this.graph, () => this.#rebuild());
    new ResizeObserver(() => this.#draw()).observe(this.graph);
  }

  /** Ask for the figure of this architecture and size, unless it is the one that stands. */
  async #draw() {
    const experiment = this.store.get("experiment");
    if (experiment) this.legend.reserve(experiment.layers);
    const [width, height] = [this.graph.clientWidth, this.graph.clientHeight];
    if (!experiment || !this.store.get("info") || width < 50 || height < 50) return;
    const fit = [width, height].map((v) => Math.round(v / REFIT));
    const { data, layers, loss } = experiment;
    const asked = JSON.stringify([data.kind, data.features, data.layout, layers, loss.kind, fit, this.store.get("info.shapes")]);
    if (asked === this.asked) {
      await plotly.resize(this.graph);
      return;
    }
    this.asked = asked;
    this.box.setAttribute("aria-busy", "true");
    const shapes = JSON.stringify(this.store.get("info.shapes"));
    try {
      this.figure = await this.api.figure("network", experiment, { width, height });
      this.figureShapes = shapes;
      this.bare();
      if (!this.scene) this.bare = skeleton(this.letters, this.figure.meta);
      if (this.asked === asked) await plotly.draw(this.graph, this.figure, { staticPlot: true });
    } catch (error) {
      if (stale(error) || this.asked !== asked) return;
      this.asked = "";
      if (!(error instanceof ApiError && error.passing)) throw error;
      if (this.scene) this.#shrink(Math.min(1, width / this.scene.width, height / this.scene.height));
      setTimeout(() => this.#draw(), AGAIN);
    }
  }

  /**
   * Until the server gives a figure of this size, the one that stands is drawn smaller: it had run over what stands below it.
   * @param {number} by
   */
  #shrink(by) {
    Object.assign(this.drawing.style, by < 1 ? { scale: String(by), transformOrigin: "0 0" } : { scale: "", transformOrigin: "" });
    this.hands.scale = by;
  }

  /** Plotly has drawn: its nodes may be new ones. */
  #rebuild() {
    const area = plotly.area(this.graph);
    if (!area || !this.figure) return;
    this.drawn += 1;
    this.bare();
    this.scene = buildScene(this.figure.meta, area);
    this.#shrink(1);
    this.sceneShapes = this.figureShapes;
    this.#lay(this.graph.clientWidth, this.graph.clientHeight);
    for (const painter of this.built) painter.rebuild(this.scene);
    this.hands.rebuild(this.scene);
    this.box.setAttribute("aria-busy", "false");
    this.box.setAttribute("aria-label", `${figureName(this.store, this.scene)}. Arrow keys move, Enter selects.`);
    this.paint(performance.now());
  }

  /**
   * In pixels: letters within a drawing whose size hangs on another's are set anew whenever that one is laid out.
   * @param {number} width
   * @param {number} height
   */
  #lay(width, height) {
    for (const layer of [this.layer, this.moving, this.letters]) {
      layer.setAttribute("viewBox", `0 0 ${width} ${height}`);
      Object.assign(layer.style, { width: `${width}px`, height: `${height}px` });
    }
  }

  /** One sentence about the moment; a run is not narrated. */
  #say() {
    const { store } = this;
    if (!store.get("trace")) return;
    say(this.whose, whose(store).template + drawnOf(store));
    if (store.get("playing")) return;
    const text = sentence(store);
    if (this.sentence.textContent !== text) this.sentence.textContent = text;
  }

  /** @param {import("../base/types.js").Transition|null} transition */
  #move(transition) {
    if (!transition || transition.duration <= 0 || this.store.get("motion") === "reduced") {
      this.motion = null;
      this.frames.invalidate(VIEW);
      return;
    }
    const motion = { from: transition.from, t: 0 };
    this.motion = motion;
    this.frames.animate(transition.duration, (t) => {
      if (this.motion !== motion) return;
      motion.t = t;
      if (t >= 1) this.motion = null;
      this.frames.invalidate(VIEW);
    }, VIEW);
  }

  /** The shapes of the numbers that stand in the store: another network's must not be drawn into this one's scene. */
  #shapesNow() {
    const info = this.store.get("info");
    if (info !== this.info) {
      this.info = info;
      this.shapes = JSON.stringify(info.shapes);
    }
    return this.shapes;
  }

  /** @param {number} now */
  paint(now) {
    const { store, scene } = this;
    if (!scene || !store.get("trace") || this.#shapesNow() !== this.sceneShapes) return;
    const transition = store.get("transition");
    const streaming = Boolean(store.get("playing")) && streamed(store.get("speed")) && !this.motion && !(transition?.duration > 0) && store.get("motion") !== "reduced";
    const shown = [store.get("trace"), store.get("state"), store.get("example"), store.get("selection"), store.get("highlight"), store.get("spoken"), store.get("shade"), this.drawn];
    if (streaming && this.view?.streaming && shown.every((each, i) => each === this.shown[i])) {
      // Between two steps of a stream only the arrowheads have moved.
      this.view.clock = now;
      this.flow.paint(this.view);
    } else {
      this.shown = shown;
      this.view = new Moment(store, scene, this.colours, this.motion, { drawn: this.drawn, theme: `${store.get("shade")}${this.drawn}`, clock: now, streaming });
      this.moving.classList.toggle("is-streaming", streaming);
      for (const painter of this.painters) painter.paint(this.view);
    }
    if (streaming) this.frames.invalidate(VIEW);
  }
}

/**
 * @param {HTMLElement} root
 * @param {Context} context
 */
export function mount(root, context) {
  const stage = new Stage(root, context);
  stage.follow();
}
