/**
 * What must be said over the network: the run diverged, the server is away, a link leads far, something else went wrong.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {{title: string, text: string, actions: [string, () => unknown][]}} Banner  {frame.step} stands for the number at that place
 */
import { ofExperiment } from "../base/fields.js";
import { show } from "../base/format.js";
import { retryNow } from "../play/network.js";
import { answered } from "../play/question.js";
import { told } from "../base/view.js";
import { worded } from "../base/wording.js";

/**
 * A tenth of the learning rate, and no more than ten times the usual one, at one digit.
 * @param {number} rate
 * @param {number} usual
 * @returns {number}
 */
export function smaller(rate, usual) {
  return Number(Math.min(rate / 10, 10 * usual).toPrecision(1));
}

/** @param {Context} context */
export function followCallouts(context) {
  const { store } = context;
  const root = /** @type {HTMLElement} */ (document.getElementById("callouts"));
  let shown = "";
  /** The end of a run that was told and put aside, so that what is under it can be looked at. @type {any} */
  let aside = null;
  // How much of the window's foot it takes is known to the styles: nothing that is read lies below it.
  new ResizeObserver(() => document.documentElement.style.setProperty("--callouts", `${root.offsetHeight}px`)).observe(root);
  store.subscribe(["connection", "frame", "cursor", "error", "question"], refresh);
  // Told anew, so that it is heard again too.
  store.subscribe("insisted", () => {
    aside = null;
    shown = "";
    refresh();
  });

  function refresh() {
    const over = store.get("frame") === aside ? null : diverged(context, hide);
    const banners = [over, away(context), far(context), failed(context)].filter((banner) => banner !== null);
    const key = JSON.stringify(banners.map(({ title, text, actions }) => [title, text, actions.map(([name]) => name)]));
    if (key === shown) return;
    shown = key;
    root.replaceChildren(...banners.map(drawn));
  }

  function hide() {
    aside = store.get("frame");
    refresh();
  }
}

/** @param {Context} context @param {() => void} hide @returns {Banner|null} */
function diverged({ store, player }, hide) {
  if (!store.get("frame.diverged") || !told(store).done) return null;
  const { optimizer } = store.get("experiment");
  const rate = optimizer.learning_rate;
  /** @type {[string, () => unknown][]} */
  const actions = [["Back", player.back], ["Hide", hide]];
  if (typeof rate === "number") {
    const fields = store.get("catalog.optimizer").find((/** @type {{kind: string}} */ { kind }) => kind === optimizer.kind).fields;
    const calmer = smaller(rate, fields.find((/** @type {{name: string}} */ { name }) => name === "learning_rate").default);
    const experiment = { ...store.get("experiment"), optimizer: { ...optimizer, learning_rate: calmer } };
    actions.unshift([`Try η = ${show(calmer)}`, () => player.load(experiment, { keep: false })]);
  }
  const reason = store.get("frame.reason") ?? "";
  return { title: when(reason, store.get("frame.step")), text: `${placed(reason)}${lastLeap(store)}`, actions };
}

/**
 * From weights that were put high up by hand a step is taken all the same: the reason then is of the step before it.
 * @param {string} reason
 * @param {number} step
 */
function when(reason, step) {
  const [, at = step] = /^At step (\d+)/.exec(reason) ?? [];
  return Number(at) < step ? "The run had diverged before step {frame.step}" : "The run diverged at step {frame.step}";
}

/**
 * What the last update did to the loss, where both losses are known; else with which learning rate it was taken.
 * @param {Context["store"]} store
 */
function lastLeap(store) {
  const rate = store.get("experiment.optimizer.learning_rate");
  /** @type {import("../base/types.js").Losses[]} */
  const losses = store.get("losses");
  const [i, step] = [losses.length - 2, store.get("frame.step")];
  const known = losses[i]?.step === step - 1 && losses[i + 1].step === step && [losses[i], losses[i + 1]].every(({ train }) => train !== null);
  const by = typeof rate === "number" ? `, with η = ${show(rate)},` : "";
  if (known) return ` The last update${by} led from {losses.${i}.train} to {losses.${i + 1}.train}.`;
  return by ? ` The last update was taken${by.slice(0, -1)}.` : "";
}

/**
 * The server's reason with the loss as it stands everywhere else on the page, to the same digits.
 * @param {string} reason
 */
export function placed(reason) {
  return reason.replace(/(the training loss is )[\d.e+]+(?=,)/, "$1{frame.loss.train}");
}

/** @param {Context} context @returns {Banner|null} */
function away({ store }) {
  const connection = store.get("connection");
  if (!connection) return null;
  const text = `${connection.message} Nothing is lost: the run is kept here and goes on from its last frame. Trying again in ${connection.seconds} s.`;
  return { title: "Waiting for the server", text, actions: [["Try now", retryNow]] };
}

/** @param {Context} context @returns {Banner|null} */
function far({ store }) {
  /** @type {import("../play/question.js").Question|null} */
  const question = store.get("question");
  if (!question) return null;
  const cut = question.wanted ? " It asks for {question.wanted:count}, and no link leads further." : "";
  const text = `Every update before it is taken again, which keeps the server busy for about {question.time:show} ${question.unit}.${cut}`;
  return { title: "This link leads to update {question.step:count}", text, actions: [["Take it", () => answered(true)], ["Start at the beginning", () => answered(false)]] };
}

/** @param {Context} context @returns {Banner|null} */
function failed({ store }) {
  const error = store.get("error");
  // The controls tell their own beside themselves.
  if (!error || store.get("connection") || ofExperiment(error.field ?? "")) return null;
  return { title: error.message, text: error.hint ?? "", actions: [["Dismiss", () => store.set("error", null)]] };
}

/** @param {Banner} banner @returns {HTMLElement} */
function drawn({ title, text, actions }) {
  const element = document.createElement("div");
  element.className = "banner";
  element.setAttribute("role", "alert");
  const [heading, words] = [document.createElement("h3"), document.createElement("p")];
  heading.append(...worded(title));
  words.append(...worded(text));
  const row = Object.assign(document.createElement("div"), { className: "banner-actions" });
  for (const [name, act] of actions) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: name });
    button.addEventListener("click", () => act());
    row.append(button);
  }
  element.append(heading, words, row);
  return element;
}
