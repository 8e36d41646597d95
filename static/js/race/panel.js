/**
 * Up to eight runs from the same start, side by side: who is where after as many updates, or after as much work?
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {import("./lineups.js").Entrant} Entrant
 */
import { ApiError, stale } from "../base/api.js";
import { count, show } from "../base/format.js";
import { fill } from "../base/numbers.js";
import { exporter } from "../plot/export.js";
import { html } from "../plot/host.js";
import { caption, choice, details, onExperiment, toggle } from "../plot/parts.js";
import { entrantTable } from "./entrants.js";
import { LINEUPS } from "./lineups.js";
import { Race, markAt } from "./model.js";
import { RaceView } from "./view.js";
import { raceFigure, raceTable } from "./whole.js";
import { explained, placed, standings } from "./words.js";

const STEPS = 200;

/** @type {import("../base/types.js").Panel["mount"]} */
export function mount(root, context) {
  const { store, frames } = context;
  root.classList.add("plot-panel", "race");
  const boxes = { paths: html("div", { class: "plot-box" }), curves: html("div", { class: "plot-box race-curves" }) };
  const steps = html("input", { type: "number", required: "", min: "1", max: "5000", step: "any", value: String(STEPS), "aria-label": "Updates of each run" });
  const go = html("button", { type: "button", class: "primary" }, "Start the race");
  const from = choice("From", [["start", "the initial weights"], ["now", "the present weights"]], () => forget());
  const by = choice("Compare at", [["updates", "equal updates"], ["sweeps", "equal work (sweeps)"]], () => frames.invalidate("race"));
  const log = toggle("Log", "Logarithmic heights, of the plane and of the curves.", true);
  const slider = html("input", { type: "range", min: "0", max: "0", value: "0", "aria-label": "Update that is looked at" });
  const at = html("output", { class: "race-at" });
  const lineups = LINEUPS.map((lineup) => html("button", { type: "button", "data-lineup": lineup.name }, lineup.title));
  const race = new Race(context, () => {
    begin();
    lock();
    frames.invalidate("race");
  });
  const entrants = entrantTable(context, () => {
    if (race.runners.length || race.running) preview();
    frames.invalidate("race");
  });
  const bar = html("div", { class: "race-bar" }, html("span", { class: "muted" }, "Line up:"), ...lineups, from.element, html("label", { class: "plot-choice" }, "updates", steps), go);
  const watch = html("div", { class: "race-bar" }, by.element, log.element, slider, at);
  const stage = html("div", { class: "race-stage" }, boxes.paths, boxes.curves);
  const note = html("p", { class: "plot-note", role: "alert" });
  root.replaceChildren(html("h2", { class: "lens-title" }, "Race"), bar, note, html("div", { class: "race-body" }, entrants.element, html("div", { class: "race-watch" }, stage, watch)));
  const summary = caption(root, "Race");
  const about = html("p", { class: "plot-about" });
  root.append(about);
  const table = details(root, "The losses as a table", ["run", "update", "training loss", "gap", "off the plane"]);
  const view = new RaceView(boxes.paths, boxes.curves, context, race, () => draw());
  let follow = true;
  const saving = exporter("race", {
    title: () => `Race of ${entrants.list.length} runs from ${from.select.selectedOptions[0].textContent}`,
    words: () => `${summary.element.textContent} ${about.textContent}`,
    figure: () => raceFigure(race, view, entrants.title, { log: log.on, clock: clockNow(), time: Number(slider.value) }),
    table: () => raceTable(race, entrants.title),
  });
  table.element.before(saving.element);

  let asked = false;
  log.element.addEventListener("click", () => { asked = true; });

  /** Heights begin as logarithms where all losses about the start have one; what the user chose stays. */
  function begin() {
    if (asked || race.runners.length || !race.picture) return;
    const fit = !race.picture.loss.flat().some((/** @type {number|null} */ v) => v !== null && v <= 0);
    if (fit !== log.on) log.set(fit);
  }

  /** @returns {"step"|"sweeps"} */
  function clockNow() {
    return by.select.value === "sweeps" ? "sweeps" : "step";
  }

  /** What runs is what was lined up: until it has ended or been stopped, nothing of it can be changed. */
  function lock() {
    for (const field of [entrants.element, from.select, steps]) field.disabled = race.running;
  }

  /** What stands here before anybody has started: the start. */
  function preview() {
    race.clear();
    race.preview(from.select.value === "start").then(() => { note.textContent = ""; }).catch(amiss);
    frames.invalidate("race");
  }

  frames.register("race", draw, root);
  function draw() {
    if (race.problem && note.textContent !== race.problem) note.textContent = race.problem;
    const clock = clockNow();
    const last = race.level(clock);
    if (slider.max !== String(last)) slider.max = String(last);
    if (follow) slider.value = String(last);
    const time = Number(slider.value);
    view.show({ clock, time, title: clock === "sweeps" ? "sweeps through the network" : "updates", log: log.on, waits: !race.picture && !note.textContent });
    at.textContent = race.runners.length ? (clock === "sweeps" ? `${count(time)} sweeps` : `update ${count(time)}`) : "";
    go.textContent = race.running ? "Stop" : "Start the race";
    rank(clock, time);
    tell();
    saving.offer(Boolean(race.picture && race.begun));
    const facts = explained(race, view.scale, view.top, view.unlogged);
    if (about.textContent !== facts) about.textContent = facts;
  }

  /** @param {"step"|"sweeps"} clock @param {number} time */
  function rank(clock, time) {
    const rows = race.runners.map((runner, i) => {
      const mark = markAt(runner, clock, time);
      const out = runner.over && (mark?.loss ?? null) === null ? runner.problem : "";
      return { i, step: mark?.step ?? null, loss: mark?.loss ?? null, sweeps: mark?.sweeps ?? null, ...(mark ? race.off(mark) : { gap: null, distance: null }), problem: out, place: null };
    });
    const order = placed(rows);
    store.set("race", { rows });
    entrants.results(rows);
    for (const cell of root.querySelectorAll("[data-path^='race.']")) fill(cell, store);
    if (rows.length) summary.say(standings(order, rows, entrants.title, race.runners.every((runner) => runner.refused), { clock, time }));
    else if (race.begun) summary.say(`${entrants.list.length} runs will start from here, where the training loss is ${show(race.begun.loss)}: ${entrants.list.map((_, i) => entrants.title(i)).join("; ")}.`);
    else summary.say("");
  }

  /** @type {unknown[]} what the table was last filled for */
  let told = [];

  /** The table is of the race that stands here, or empty: filled with each new plane, as its gaps are, and when the race has ended or gone. */
  function tell() {
    const now = [race.runners, race.picture, race.running];
    if (now.every((each, k) => each === told[k])) return;
    told = now;
    table.fill(race.runners.flatMap((runner, i) => some(runner.marks).map((mark) => {
      const { gap, distance } = race.off(mark);
      return [entrants.title(i), String(mark.step), show(mark.loss), show(gap), show(distance)];
    })));
  }

  async function run() {
    if (race.running) {
      await race.halt();
      if (race.runners.every(({ marks }) => marks.length < 2)) preview();
      return;
    }
    if (!steps.reportValidity()) return;
    follow = true;
    note.textContent = "";
    if (store.get("playing")) context.player.pause();
    try {
      await race.start(entrants.list, { steps: Number(steps.value), fresh: from.select.value === "start" });
    } catch (error) {
      if (stale(error)) return;
      if (race.runners.every(({ marks }) => marks.length < 2)) race.runners = []; // nobody has started, so nobody has a place
      race.stop();
      amiss(error);
    }
  }

  /** A race that the server does not answer says so. @param {unknown} error */
  function amiss(error) {
    if (stale(error)) return;
    note.textContent = error instanceof ApiError ? error.reason : "";
    if (!(error instanceof ApiError)) reportError(error);
    frames.invalidate("race");
  }

  go.addEventListener("click", () => void run());
  slider.addEventListener("input", () => {
    follow = slider.value === slider.max;
    frames.invalidate("race");
  });
  log.onChange(() => frames.invalidate("race"));
  bar.addEventListener("click", (event) => {
    const name = /** @type {HTMLElement} */ (event.target).dataset?.lineup;
    const lineup = LINEUPS.find((row) => row.name === name);
    if (!lineup) return;
    preview();
    entrants.set(lineup.make(store.get("experiment"), store.get("catalog")));
  });
  /** @type {any} the network that the race is of: other colours are no reason to lose it */
  let of = null;
  onExperiment(context, async () => {
    const another = store.get("info") !== of;
    of = store.get("info");
    if (another) {
      forget();
      entrants.set(LINEUPS[0].make(store.get("experiment"), store.get("catalog")));
    }
    await view.draw();
    entrants.looks(view.looks ?? []);
    frames.invalidate("race");
  });

  /** Another start: neither the race nor the plane of the former one says anything of it. */
  function forget() {
    race.picture = null;
    race.begun = null;
    note.textContent = "";
    preview();
  }
}

/** About a dozen marks of a run, evenly along it, and its last. @param {import("./model.js").Mark[]} marks */
function some(marks) {
  const each = Math.ceil(marks.length / 12);
  return marks.filter((_, k) => k % each === 0 || k === marks.length - 1);
}
