/**
 * «Why this weight?»: where one number of the step comes from, for the shown example and for the batch, down to the loss.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {import("./derivation-model.js").Derivation} Derivation
 */
import { AddressPicker } from "./address-picker.js";
import { ApiError } from "../base/api.js";
import { classes } from "../base/classes.js";
import { Copies } from "./derivation-copies.js";
import { meetings } from "./derivation-met.js";
import { DerivationModel, same, subject, wanted } from "./derivation-model.js";
import { batch } from "./derivation-batch.js";
import { NudgeCard } from "./derivation-nudge.js";
import { invitation } from "./derivation-invitation.js";
import { trail } from "./derivation-trail.js";
import { headline, overview, summary } from "./derivation-headline.js";
import { notes } from "./derivation-notes.js";
import { alone, drawnPaths, paths } from "./derivation-paths.js";
import { sum } from "./derivation-terms.js";
import { UpdateLines } from "./derivation-update.js";
import { other } from "./derivation-other.js";
import { h } from "../telling/parts.js";
import { section } from "./derivation-sections.js";
import { row, whose } from "../base/view.js";

const WATCHED = ["trace", "selection", "example", "experiment", "info"];
/** Milliseconds after which what stands beside another number's sum is shown without waiting for its paths. */
const ALONE = 100;
/** Milliseconds for which a hand rests on a number before its sum is asked for. */
const RESTS = 60;

class DerivationView {
  /**
   * @param {HTMLElement} root
   * @param {Context} context
   */
  constructor(root, context) {
    this.context = context;
    this.model = new DerivationModel(context.store, context.api);
    this.picker = new AddressPicker(context.store);
    this.update = new UpdateLines(context);
    this.copies = new Copies(this.model);
    this.nudges = new NudgeCard(context, this.model);
    this.title = h("h2", { class: "lens-title", tabindex: -1 }, "Why this weight?");
    this.live = h("p", { class: "visually-hidden", role: "status" });
    this.sum = h("div", { class: "derivation-part" });
    this.rest = h("div", { class: "derivation-part after" });
    this.tryout = h("div", { class: "derivation-part after" });
    this.trail = h("div", { class: "derivation-part after" });
    this.side = h("div", { class: "derivation-part" });
    this.way = h("div", { class: "derivation-part after" });
    this.body = h("div", { class: "lens-body derivation-body" }, h("div", { class: "lens-column" }, this.sum, this.rest, this.tryout, this.trail), h("div", { class: "lens-column" }, this.side, this.way));
    this.overview = h("div", {});
    this.place = h("div", {}, invitation());
    /** The one path that stays drawn on the network. */
    this.pinned = "";
    /** @type {unknown[]} */
    this.shown = [];
    this.asking = "";
    /** What the derivation stands beside: of which step, number and example. @type {unknown[]} */
    this.beside = [];
    this.alone = 0;
    this.rests = 0;
    root.classList.add("derivation");
    root.append(h("header", { class: "lens-head" }, this.title, this.picker.element, this.copies.element), this.place, this.live);
  }

  /**
   * What was chosen is derived even while this panel is below the screen: its paths are drawn on the network above. Otherwise it is drawn
   * when it is in sight, once a frame.
   */
  follow() {
    const { store, frames } = this.context;
    if (store.get("selection") && !store.get("playing")) this.draw();
    else frames.invalidate("derivation");
  }

  /** Asks the server only when what it shows is out of date. */
  draw() {
    const { store } = this.context;
    if (!store.get("trace") || !store.get("info")) return;
    const key = subject(store);
    this.place.classList.toggle("outdated", !same(key, this.model.about));
    // While a run plays, one answer is waited for before the next is asked for; another number is wanted at once.
    if ((this.asking && this.asking === key[0]) || same(key, this.shown)) return;
    if (key[0] === "") this.invite(key);
    else this.fetch(key);
  }

  /** Nothing is chosen of a network without weights: what is said of the network before is not said of it. @param {unknown[]} key */
  invite(key) {
    this.shown = key;
    this.model.leave(key);
    clearTimeout(this.alone);
    this.beside = [];
    this.copies.show(null);
    this.title.replaceChildren("Why this weight?");
    this.live.textContent = "";
    this.place.classList.remove("outdated");
    this.place.replaceChildren(invitation());
  }

  /** Which number it is stands there before anybody looks: the invitation speaks of it. */
  name() {
    const { store } = this.context;
    if (store.get("trace") && store.get("info")) this.picker.show(wanted(store));
  }

  /** A hand is on a number of the network, or on none. @param {string|null} address */
  pointed(address) {
    clearTimeout(this.rests);
    if (address && !this.context.store.get("playing")) this.rests = window.setTimeout(() => this.model.ahead(address), RESTS);
  }

  /** @param {unknown[]} key */
  async fetch(key) {
    const address = wanted(this.context.store);
    clearTimeout(this.rests);
    this.asking = address;
    this.shown = key;
    this.picker.show(address);
    try {
      if (await this.model.refresh(() => this.begin())) this.finish();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      clearTimeout(this.alone);
      this.model.about = key;
      this.copies.show(null);
      this.title.replaceChildren("No derivation");
      this.place.replaceChildren(h("p", { class: "lens-problem" }, `${error.message}${error.hint ? ` (${error.hint})` : ""}`));
    } finally {
      if (this.asking === address) this.asking = "";
      this.follow();
    }
  }

  /** @returns {Derivation} */
  get doc() {
    return this.context.store.get("derivation");
  }

  /** Another number: its own sum, at once, and nothing beside it that would have to be laid out first. */
  begin() {
    this.pinned = "";
    // What is cleared comes back in a moment: until then the page keeps its height, or it would jump below whoever has scrolled.
    this.body.style.minHeight = `${this.body.offsetHeight}px`;
    this.place.classList.remove("outdated");
    this.head();
    this.sum.replaceChildren(this.example(this.doc));
    for (const part of [this.rest, this.tryout, this.trail, this.side, this.way]) part.replaceChildren();
    this.beside = [];
    this.place.replaceChildren(this.overview, this.body);
    clearTimeout(this.alone);
    this.alone = window.setTimeout(() => this.aside(), ALONE);
  }

  /** All of it. */
  finish() {
    const { doc } = this;
    clearTimeout(this.alone);
    const focused = /** @type {HTMLElement|null} */ (document.activeElement)?.dataset?.key;
    this.head();
    this.tell();
    this.beyond();
    if (this.about().some((part, i) => part !== this.beside[i])) this.aside();
    this.place.replaceChildren(this.overview, this.body);
    this.body.style.minHeight = "";
    this.refocus(focused);
    this.live.textContent = this.context.store.get("playing") ? "" : `${summary(doc, this.context.store)} ${whose(this.context.store).text}`;
    if (this.context.store.get("selection")) this.highlight(drawnPaths(doc, this.pinned));
    else this.context.store.set("highlight", null);
  }

  /** What is derived, and what it comes to. */
  head() {
    this.title.replaceChildren(...headline(this.doc, this.context.store));
    this.overview.replaceChildren(...overview(this.doc, this.context.store));
  }

  /** Its paths, and what the gradient met on its way. */
  beyond() {
    this.rest.replaceChildren(paths(this.doc, this.hands()) ?? "");
    this.way.replaceChildren(notes(this.doc, this.context.store) ?? "");
  }

  /** Whose numbers are shown has changed: the network marks what that example met. */
  remark() {
    const { store } = this.context;
    if (this.doc && store.get("selection") && store.get("highlight")) this.highlight(drawnPaths(this.doc, this.pinned));
  }

  /** Keep a path alone on the network, or let it go. @param {string} key */
  pin(key) {
    this.pinned = this.pinned === key ? "" : key;
    this.beyond();
    this.refocus(`path${key}`);
    this.highlight(drawnPaths(this.doc, this.pinned));
  }

  /** The sum and its branches. */
  tell() {
    this.sum.replaceChildren(this.example(this.doc));
  }

  /** What stands beside it: the batch, the update, the script. */
  aside() {
    const { doc } = this;
    if (!this.model.present) return;
    this.beside = this.about();
    const title = `${doc.quantity === "gradient" ? "2 · " : ""}The batch: ${doc.count} example${doc.count === 1 ? "" : "s"}`;
    const parts = [batch(doc, this.context.store, title, (r) => this.context.player.choose(r)), doc.quantity === "gradient" ? this.update.card(doc) : null, this.copies.show(doc)];
    this.side.replaceChildren(...parts.filter((part) => part !== null));
    this.tryout.replaceChildren(doc.quantity === "gradient" ? this.nudges.card(doc) : "");
    this.trailed();
  }

  /** The way of the weight goes on with the state, which moves at the end of a step only. */
  trailed() {
    if (this.beside.length > 0 && this.model.present && !this.context.store.get("playing")) this.trail.replaceChildren(trail(this.doc, this.context.store) ?? "");
  }

  /** The update is told in the story's words, which may come after the derivation. */
  retold() {
    if (this.beside.length > 0 && this.doc) this.aside();
  }

  /** What the answer in hand was asked for, which need not be what the store has come to by now. */
  about() {
    const { experiment, state } = this.model.body;
    return [experiment, state.params, this.doc.step, this.doc.address, this.doc.example, this.doc.mean];
  }

  /** @param {string|undefined} key */
  refocus(key) {
    if (key) /** @type {HTMLElement|null} */ (this.body.querySelector(`[data-key="${CSS.escape(key)}"]`))?.focus();
  }

  /** @param {any[]} found */
  highlight(found) {
    const { store } = this.context;
    // What one example met is neither another's nor the batch's mean.
    store.set("highlight", { paths: found, met: row(store) === this.doc.example ? meetings(this.doc, found) : [], alone: alone(this.doc) ? this.doc.example : null });
  }

  hands() {
    const more = () => {
      this.model.allPaths = true;
      this.fetch(this.shown);
    };
    return { pinned: this.pinned, highlight: (/** @type {any[]} */ found) => this.highlight(found), pin: (/** @type {string} */ key) => this.pin(key), more };
  }

  /** @param {Derivation} doc */
  example(doc) {
    const onToggle = (/** @type {string} */ key) => {
      this.model.toggle(key);
      this.fetch(this.shown);
    };
    const onMore = (/** @type {string} */ key) => {
      this.model.more(key);
      this.tell();
      this.refocus(`more${key}`);
    };
    const onSelect = (/** @type {string} */ address) => this.context.store.set("selection", address);
    const tree = sum({ doc, path: "derivation", key: "", opened: doc.opened, onToggle, onSelect, onMore, classes: classes(this.context.store) });
    const whom = doc.mean ? `One of the batch, example ${doc.index}` : doc.quantity === "gradient" ? `This example (${doc.index})` : `Example ${doc.index}`;
    const title = `${doc.quantity === "gradient" ? "1 · " : ""}${whom}: the chain rule, link by link`;
    const how = doc.terms.length || doc.inputs?.length ? h("p", { class: "small" }, "A framed factor ▾ opens ", doc.inputs?.length || doc.quantity === "value" ? "what it was computed from" : "one link further towards the loss", "; an underlined one has its own derivation.") : null;
    return section(title, other(doc, onSelect), how, h("div", { class: "tree" }, tree));
  }
}

/**
 * @param {HTMLElement} root
 * @param {Context} context
 */
export function mount(root, context) {
  const view = new DerivationView(root, context);
  const { store, frames } = context;
  frames.register("derivation", () => view.draw(), root);
  frames.invalidate("derivation");
  store.subscribe([...WATCHED, "playing"], () => view.follow());
  store.subscribe(["trace", "selection", "info"], () => !store.get("playing") && view.name());
  store.subscribe("story", () => view.retold());
  store.subscribe("pointed", () => view.pointed(store.get("pointed")));
  store.subscribe("example", () => view.remark());
  store.subscribe(["state", "history", "playing"], () => view.trailed());
  view.name();
  if (store.get("selection")) view.draw();
}
