/**
 * Equations whose numbers live: MathML made by the server, once; here only its slots change. `<mn data-slot="trace.layers.0.output.{row}.{j}">`
 * becomes `data-path` as soon as row and j are chosen; `<mn data-index="j">` shows the chosen unit, counted from 1 (with `data-first="0"`
 * its first axis from 0), `data-name="j"` the name of the chosen output.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {{symbol: string, number?: string, op?: string, note?: string, term?: number|"rest"|"none"}} Cell
 * @typedef {{count: number|"batch", factors: string[], shown: number, window?: import("./windows.js").Through}} Sum
 * @typedef {{cells: Cell[], label?: string, sum?: Sum, of?: string}} Line  with `of`, told where the chosen parameter is one of that array
 * @typedef {Record<string, number|string>} Choice  what stands for {row}, {j} …; units of several axes are joined by dots
 * @typedef {{element: HTMLElement, term: number|"rest"|"none"|undefined}} Shown
 */
import { fill } from "../base/numbers.js";
import { resolved, summed } from "./sum.js";

/**
 * @param {string} name
 * @param {string} className
 * @param {string} [html]
 * @returns {HTMLElement}
 */
export function tag(name, className, html = "") {
  const element = document.createElement(name);
  element.className = className;
  // The formulas are the server's own; names that people typed arrive escaped.
  element.innerHTML = html;
  return element;
}

/** The slots of a piece of MathML, kept so that filling them searches nothing. */
export class Slots {
  /** @param {Element} root */
  constructor(root) {
    /** @type {{element: Element, template: string, near: string, path: string, wrap: Element|null}[]} */
    this.numbers = [...root.querySelectorAll("[data-slot]")].map((element) => ({
      element, template: element.getAttribute("data-slot") ?? "", near: element.getAttribute("data-near-slot") ?? "", path: "", wrap: element.closest(".signed"),
    })); // prettier-ignore
    this.names = [...root.querySelectorAll("[data-name]")].map((element) => ({ element, name: element.getAttribute("data-name") ?? "", output: "" }));
    this.indices = [...root.querySelectorAll("[data-index]")].map((element) => ({ element, name: element.getAttribute("data-index") ?? "", first: Number(element.getAttribute("data-first") ?? 1) }));
  }

  /** @param {Choice} choice */
  choose(choice) {
    for (const slot of this.numbers) {
      // Until the trace with the shown example's own contribution has come, there is none to show.
      const foreign = choice.own === 0 && slot.template.startsWith("trace.example.");
      const path = foreign ? "" : resolved(slot.template, choice);
      if (path === slot.path) continue;
      slot.path = path;
      slot.element.setAttribute("data-path", path);
      if (slot.near) slot.element.setAttribute("data-near", resolved(slot.near, choice));
    }
    for (const each of this.names) each.output = String(choice[each.name] ?? "");
    for (const { element, name, first } of this.indices) write(element, counted(choice[name], first));
  }

  /** @param {Store} store */
  fill(store) {
    for (const { element, output } of this.names) write(element, String(store.get(`info.output_names.${output}`) ?? ""));
    for (const { element, path, wrap } of this.numbers) {
      const value = path === "" ? null : store.shown(path);
      fill(element, store);
      if (wrap) wrap.classList.toggle("negative", typeof value === "number" && value < 0);
    }
  }
}

/**
 * A unit counted from 1: "0.2.1" is 1,3,2.
 * @param {number|string|undefined} index
 * @param {number} first  from where its first axis is counted
 * @returns {string}
 */
function counted(index, first) {
  if (index === undefined || index === "") return "";
  return String(index).split(".").map((part, axis) => Number(part) + (axis === 0 ? first : 1)).join(","); // prettier-ignore
}

/**
 * @param {Element} element
 * @param {string} text
 */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** One equation: a row of cells, symbols above and numbers below. */
export class Equation {
  /**
   * @param {Line} line
   * @param {string} name its place in store.derived
   */
  constructor(line, name) {
    this.line = line;
    this.name = name;
    this.element = tag("div", "equation");
    if (line.label) this.element.append(tag("p", "equation-label", line.label));
    const row = tag("div", "cells");
    row.setAttribute("role", "group");
    /** @type {Shown[]} */
    this.cells = line.cells.filter((cell, i) => !closes(cell, line.cells[i - 1])).map((cell) => ({ element: cellElement(cell), term: cell.term }));
    row.append(...this.cells.map((cell) => cell.element));
    this.closing = closing(line.cells);
    this.close();
    this.element.append(row);
    this.slots = new Slots(row);
  }

  /**
   * Choose the units, and of a long sum the terms that are written out; gives what the rest comes to, for store.derived.
   * @param {Store} store
   * @param {Choice} choice
   * @returns {{rest: number|null, more: number, count: number, terms: (number|null)[]}|null}
   */
  choose(store, choice) {
    this.element.hidden = this.line.of !== undefined && this.line.of !== choice.name;
    if (this.element.hidden) return null;
    const sum = this.line.sum && summed(this.line.sum, store, choice, this.cells.some(({ term }) => typeof term === "number"));
    const all = { ...choice, line: this.name };
    if (sum) {
      for (const { element, term } of this.cells) {
        if (term !== undefined) element.hidden = term === "none" ? sum.count > 0 : term === "rest" ? sum.more === 0 : term >= sum.picks.length;
      }
      Object.assign(all, sum.names);
      this.close();
    }
    this.slots.choose(all);
    return sum ? { rest: sum.rest, more: sum.more, count: sum.count, terms: sum.terms } : null;
  }

  /** A bracket closes within the last term that is written out: no line begins with it. */
  close() {
    const last = this.cells.findLast(({ element, term }) => term !== undefined && !element.hidden)?.element;
    if (last && this.closing[0]?.parentElement !== last) last.append(...this.closing);
  }
}

/** An operator alone. @param {Cell} cell */
const bare = (cell) => Boolean(cell.op) && !cell.symbol.replace(/<math[^>]*><\/math>/, "");

/**
 * A bracket behind the terms of a sum.
 * @param {Cell} cell
 * @param {Cell|undefined} before
 */
function closes(cell, before) {
  return bare(cell) && before?.term !== undefined;
}

/** It stands in both rows. @param {Cell[]} cells */
function closing(cells) {
  const found = cells.filter((cell, i) => closes(cell, cells[i - 1]));
  return found.flatMap(({ op }) => ["symbol", "number"].map((row) => tag("span", `cell-close cell-${row}`, op)));
}

/**
 * @param {Cell} cell
 * @returns {HTMLElement}
 */
function cellElement(cell) {
  const bracket = bare(cell);
  const element = tag("span", bracket ? "cell bracket" : "cell");
  const op = cell.op ?? "";
  // The operator stands in both rows, so that each row reads as an equation of its own.
  element.append(tag("span", "cell-op cell-symbol", op), tag("span", "cell-symbol", cell.symbol));
  const number = tag("span", "cell-op cell-number", cell.number || bracket ? op : "");
  element.append(number, tag("span", "cell-number", cell.number ?? ""));
  if (cell.note) element.append(tag("span", "cell-note", cell.note));
  return element;
}
