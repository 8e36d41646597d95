/**
 * The experiment's controls. A change takes effect at once; one that cannot be run keeps the last good experiment running, and the
 * server's words stand beside the control that they are about.
 *
 * @typedef {import("../base/types.js").Experiment} Experiment
 */
import { followBubbles } from "./bubbles.js";
import { element, show, valueOf } from "./fields.js";
import { groups, signature } from "./form.js";
import { outOfBounds } from "./bounds.js";
import { fitted, flattened, mended, unspread } from "./head-fit.js";
import { nextButton, rearranged, withLayer } from "./layer-list.js";
import { ownPoints } from "./own-points.js";
import { hideProblem, showProblem } from "./problem.js";
import { tellFailure } from "../play/network.js";
import { ofExperiment } from "../base/fields.js";
import { read, written } from "../base/store.js";

const SLIDE_MILLISECONDS = 60;

/** @type {import("../base/types.js").Panel["mount"]} */
export function mount(root, { store, player, api }) {
  const form = element("form", { class: "controls-form", "aria-label": "Experiment", autocomplete: "off" });
  const fold = element("button", { type: "button", class: "quiet fold", "aria-expanded": "true", "aria-controls": "experiment-form", "aria-label": "Fold the controls", title: "Fold the controls" }, "«");
  const said = element("p", { class: "said", role: "status" });
  form.id = "experiment-form";
  root.append(element("div", { class: "controls-head" }, element("h2", {}, "Experiment"), fold), said, form);

  /** What the form says while it differs from what runs. @type {Experiment|null} */
  let draft = null;
  let drawn = "";
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;
  let turn = 0;
  /** Data that were just chosen may want one thing more, of which nobody need hear as a refusal. */
  let curing = false;
  /** The network into which data brought a flatten layer, by its kinds, and the layer's place: it goes again with them. */
  let laid = { kinds: "", at: -1 };
  const wanted = () => draft ?? store.get("experiment");

  followBubbles(form);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("slide", (event) => change(/** @type {HTMLInputElement} */ (event.target), SLIDE_MILLISECONDS));
  form.addEventListener("change", (event) => {
    const target = /** @type {HTMLInputElement} */ (event.target);
    if (target.dataset.add !== undefined) addLayer(target.value);
    else if (target.name) change(target, 0);
  });
  form.addEventListener("click", (event) => press(/** @type {Element} */ (event.target).closest("button")));
  fold.addEventListener("click", () => {
    const folded = document.documentElement.toggleAttribute("data-folded");
    fold.setAttribute("aria-expanded", String(!folded));
    fold.textContent = folded ? "»" : "«";
    for (const [name, words] of [["aria-label", "the controls"], ["title", "the controls"]]) fold.setAttribute(name, `${folded ? "Unfold" : "Fold"} ${words}`);
  });
  store.subscribe(["experiment", "catalog"], () => {
    draft = null;
    draw();
  });
  store.subscribe("error", tellProblem);
  draw();

  /** @param {HTMLInputElement} control @param {number} wait */
  function change(control, wait) {
    const value = valueOf(control, form);
    if (!wait) control.dispatchEvent(new CustomEvent("settle"));
    // What a change brought with it is told until the next one.
    said.textContent = "";
    if (control.name.endsWith(".kind")) void changeKind(control.name.slice(0, -".kind".length), value);
    else submit(written(wanted(), control.name.split("."), value), wait, { changed: control.name });
  }

  /** @param {string} path @param {string} kind */
  async function changeKind(path, kind) {
    const [part] = path.split(".");
    const gone = part === "data" && kindsOf(wanted()) === laid.kinds;
    const experiment = gone ? { ...wanted(), layers: wanted().layers.toSpliced(laid.at, 1) } : wanted();
    const entry = store.get("catalog")[part].find((/** @type {{kind: string}} */ other) => other.kind === kind);
    turn += 1;
    const mine = turn;
    const found = part === "data" ? await dataOf(entry, experiment) : { fresh: carried(entry, part === "layers" ? read(experiment, path) : {}), taken: "" };
    if (mine !== turn) return; // of two choices the later one counts
    if (!found) {
      [curing, drawn] = [false, ""];
      draw();
      return;
    }
    const { fresh, taken } = found;
    const next = written(experiment, path.split("."), fresh);
    const fit = part === "data" ? fitted(next, store.get("catalog"), { keepLoss: sameTask(experiment, next) }) : { experiment: next, said: "" };
    const words = [taken, fit.said, gone ? "The flatten layer went with the data that had brought it." : ""];
    submit(fit.experiment, 0, { brought: words.filter(Boolean).join(" "), cure: part === "data" });
  }

  /** @param {Experiment} a @param {Experiment} b */
  function sameTask(a, b) {
    const task = (/** @type {Experiment} */ { data }) => data.task ?? store.get("catalog").data.find((/** @type {any} */ { kind }) => kind === data.kind)?.task;
    return task(a) === task(b);
  }

  /**
   * Data of another kind: so many, with such a seed, as before; own points begin as some of the points that are there.
   * @param {import("../base/types.js").Entry} entry
   * @param {Experiment} experiment
   * @returns {Promise<{fresh: import("../base/types.js").Kind, taken: string}|null>} taken: what is to be said of it; null: the server did not tell, which is told
   */
  async function dataOf(entry, experiment) {
    if (entry.fields.every(({ type }) => type !== "array")) return { fresh: carried(entry, experiment.data), taken: "" };
    const data = await api.data(store.get("experiment"), { kind: "own points" }).catch((/** @type {unknown} */ error) => {
      tellFailure(store, error);
      return null;
    });
    if (!data) return null;
    const { seed, test_fraction } = store.get("experiment.data");
    const { x, y, said: taken } = ownPoints(data);
    return { fresh: { ...carried(entry, { seed, test_fraction }), task: data.task, x, y }, taken };
  }

  /** @param {string} kind */
  function addLayer(kind) {
    const entries = store.get("catalog").layers;
    const entry = entries.find((/** @type {{kind: string}} */ other) => other.kind === kind);
    if (entry) submit({ ...wanted(), layers: withLayer(wanted().layers, entry, entries) }, 0);
  }

  /** @param {HTMLElement|null} button */
  function press(button) {
    if (!button) return;
    if (button.dataset.dice !== undefined) submit({ ...wanted(), seed: (wanted().seed + 1) % 2 ** 31 }, 0);
    const layers = rearranged(wanted().layers, button);
    if (!layers) return;
    submit({ ...wanted(), layers }, 0);
    const buttons = /** @type {HTMLButtonElement[]} */ ([...form.querySelectorAll(nextButton(button, layers.length))]);
    (buttons.find((each) => !each.disabled && each.dataset.by === button.dataset.by) ?? buttons.find((each) => !each.disabled))?.focus({ preventScroll: true });
  }

  /**
   * @param {Experiment} experiment
   * @param {number} wait
   * @param {{changed?: string, brought?: string, cure?: boolean}} [options]  changed: the field whose problem is told first; brought: what is
   *   to be said once it runs; cure: put a flatten layer where that is all it lacks, or take away the layers up to one
   */
  function submit(experiment, wait, { changed, brought = "", cure = false } = {}) {
    curing = false;
    draft = experiment;
    turn += 1;
    draw();
    clearTimeout(timer);
    const problems = outOfBounds(experiment, store.get("catalog"));
    if (problems.length === 0) {
      timer = setTimeout(() => run(experiment, brought, cure), wait);
      return;
    }
    const problem = problems.find(({ field }) => field === changed) ?? problems[0];
    store.set("error", problem);
    const fields = problems.map(({ field }) => field ?? "");
    const rest = overlaid(experiment, store.get("experiment"), fields);
    if (!rest || JSON.stringify(rest) === JSON.stringify(store.get("experiment"))) return;
    const mine = turn;
    timer = setTimeout(async () => {
      if (!(await run(rest, brought, false)) || mine !== turn) return;
      draft = overlaid(store.get("experiment"), experiment, fields);
      draw();
      store.set("error", problem);
    }, wait);
  }

  /** What a change brought with it is said once it runs: of what is refused it would not be true. @param {Experiment} experiment @param {string} brought @param {boolean} cure */
  async function run(experiment, brought, cure) {
    const mine = turn;
    curing = cure;
    let fine = await player.load(experiment);
    if (mine !== turn) return false;
    const cured = cure && fine === false ? cureOf(experiment) : null;
    if (cured) {
      draft = cured.experiment;
      draw();
      fine = await player.load(draft);
      if (mine !== turn) return false;
    }
    curing = false;
    if (fine && cure) laid = cured && cured.at >= 0 ? { kinds: kindsOf(cured.experiment), at: cured.at } : { kinds: "", at: -1 };
    if (fine) said.textContent = [brought, cured?.said].filter(Boolean).join(" ");
    else if (cure) tellProblem();
    return Boolean(fine);
  }

  /** What data that were just chosen may want. @param {Experiment} experiment @returns {ReturnType<typeof flattened>} */
  function cureOf(experiment) {
    const error = store.get("error");
    return error && (unspread(experiment, error, { newData: true }) ?? flattened(experiment, error, store.get("catalog")));
  }

  function draw() {
    const [experiment, catalog] = [wanted(), store.get("catalog")];
    if (!experiment || !catalog) return;
    if (signature(experiment) !== drawn) {
      redraw(form, groups(experiment, catalog));
      drawn = signature(experiment);
      tellProblem();
    }
    for (const control of form.querySelectorAll("[name]")) {
      const name = /** @type {HTMLInputElement} */ (control).name;
      const value = read(experiment, name);
      if (control !== document.activeElement || !draft) if (value !== undefined) show(control, value);
    }
  }

  function tellProblem() {
    hideProblem(form);
    if (curing) return;
    const error = store.get("error");
    // Before the first experiment has come there are no controls to speak of.
    // Problems of other requests are told elsewhere.
    if (!wanted() || !ofExperiment(error?.field ?? "")) return;
    // Each field that is wrong keeps its own words; the last to be changed is spoken.
    for (const other of outOfBounds(wanted(), store.get("catalog"))) {
      if (other.field !== error.field) showProblem(form, other, [["Undo", () => undoField(other.field ?? "")]], { until: running(other), first: false });
    }
    const fix = mended(wanted(), error, store.get("catalog"));
    showProblem(form, error, [
      ...(fix ? [/** @type {[string, () => void]} */ ([fix.words, () => submit(fix.experiment, 0)])] : []),
      ["Undo", () => undoField(error.field)],
    ], { until: running(error) });
  }

  /** What the run goes on with meanwhile. @param {import("../base/types.js").Problem} problem */
  function running({ field }) {
    const { kind } = store.get("experiment.data") ?? {};
    if (kind && kind !== wanted().data.kind) return `Until then the run goes on with the data «${store.get("catalog").data.find((/** @type {any} */ entry) => entry.kind === kind)?.title}».`;
    const value = read(store.get("experiment"), field ?? "");
    return typeof value === "number" ? `Until then the run goes on with ${value}.` : "";
  }

  /** Back to the value that runs; where it is the only difference, or no value of its own, back to the experiment that runs. @param {string} path */
  function undoField(path) {
    const value = read(store.get("experiment"), path);
    if (outOfBounds(wanted(), store.get("catalog")).length < 2 || value === undefined) undo();
    else submit(written(wanted(), path.split("."), value), 0);
  }

  function undo() {
    draft = null;
    curing = false;
    turn += 1;
    said.textContent = "";
    store.set("error", null);
    draw();
  }
}

/** @param {Experiment} experiment */
function kindsOf({ layers }) {
  return layers.map(({ kind }) => kind).join();
}

/**
 * An experiment with some fields of another: what is right takes effect though something else is wrong.
 * @param {Experiment} experiment
 * @param {Experiment} other
 * @param {string[]} fields
 * @returns {Experiment|null} null where the other has no such field
 */
function overlaid(experiment, other, fields) {
  if (fields.some((field) => read(other, field) === undefined)) return null;
  return fields.reduce((found, field) => written(found, field.split("."), read(other, field)), experiment);
}

/**
 * A kind with its defaults, but for the fields that `old` has too.
 * @param {import("../base/types.js").Entry} entry
 * @param {Record<string, any>} old
 */
function carried(entry, old) {
  const fields = entry.fields.filter(({ name, default: value }) => value !== undefined || old[name] !== undefined);
  const fits = (/** @type {import("../base/types.js").Field} */ { name, low = -Infinity, high = Infinity, choices }) =>
    typeof old[name] === "number" ? old[name] >= low && old[name] <= high : choices === undefined && old[name] !== undefined;
  return { kind: entry.kind, ...Object.fromEntries(fields.map((field) => [field.name, fits(field) ? old[field.name] : field.default])) };
}

/**
 * Another form in place of the old one, with the focus where it was; help that was out of the way does not come back by that.
 * @param {HTMLElement} form
 * @param {HTMLElement[]} content
 */
function redraw(form, content) {
  const focused = form.contains(document.activeElement) ? document.activeElement?.id : "";
  const quiet = /** @type {HTMLElement[]} */ ([...form.querySelectorAll("[data-quiet]")]).map(({ dataset }) => dataset);
  form.replaceChildren(...content);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  for (const { field = "", quiet: how = "" } of quiet) form.querySelector(`.field[data-field="${CSS.escape(field)}"]`)?.setAttribute("data-quiet", how);
}
