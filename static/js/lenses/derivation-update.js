/**
 * How the gradient of one weight became its change: the optimizer's own equations with their numbers, as the story tells them.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {import("./derivation-model.js").Derivation} Derivation
 */
import { Equation } from "../telling/formula.js";
import { lastTry, rejected } from "../telling/tries.js";
import { system } from "./derivation-system.js";
import { h } from "../telling/parts.js";
import { section } from "./derivation-sections.js";
import { parseAddress } from "../base/view.js";

export class UpdateLines {
  /** @param {Context} context */
  constructor({ store }) {
    this.store = store;
  }

  /** @param {Derivation} doc */
  card(doc) {
    const lines = this.store.get("story.substeps")?.at(-1)?.example.lines ?? [];
    const at = parseAddress(doc.address);
    const equations = lines.map((/** @type {any} */ line, /** @type {number} */ n) => new Equation(line, `story.${n}`));
    const choice = { layer: at?.link ?? 0, name: at?.what ?? "", index: at?.index.join(".") ?? "", ...lastTry(this.store) };
    const derived = this.store.get("derived") ?? {};
    this.store.set("derived", { ...derived, story: { ...(derived.story ?? {}), ...rejected(this.store) } });
    for (const equation of equations) {
      equation.choose(this.store, choice);
      equation.slots.fill(this.store);
    }
    const title = this.entry()?.title ?? "optimizer";
    return section(`3 · The update: ${title}`, h("div", { class: "story-lines" }, equations.map((/** @type {Equation} */ equation) => equation.element)), system(doc));
  }

  entry() {
    const kind = this.store.get("experiment.optimizer.kind");
    return (this.store.get("catalog.optimizer") ?? []).find((/** @type {any} */ entry) => entry.kind === kind);
  }
}
