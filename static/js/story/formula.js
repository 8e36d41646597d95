/**
 * Equations whose numbers live: MathML made by the server, once; here only its slots change. `<mn data-slot="trace.layers.0.output.{row}.{j}">`
 * becomes `data-path` as soon as row and j are chosen; `<mn data-index="j">` shows the chosen unit, counted from 1.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {{symbol: string, number?: string, op?: string, note?: string, term?: number|"rest"|"none"}} Cell
 * @typedef {{count: number|"batch", factors: string[], shown: number, window?: import("./windows.js").Through}} Sum
 * @typedef {{cells: Cell[], label?: string, sum?: Sum}} Line
 * @typedef {Record<string, number|string>} Choice  what stands for {row}, {j} …; units of several axes are joined by dots
 * @typedef {{element: HTMLElement, term: number|"rest"|"none"|undefined}} Shown
 */
import { fill } from "../base/numbers.js";
import { through } from "./windows.js";

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

/**
 * @param {string} template
 * @param {Choice} choice
 * @returns {string} the path; "" while something is not chosen
 */
export function resolved(template, choice) {
  let whole = true;
  const path = template.replace(/\{(\w+)\}/g, (_, name) => {
    if (choice[name] === undefined || choice[name] === "") whole = false;
    return String(choice[name]);
  });
  return whole ? path : "";
}

/** The slots of a piece of MathML, kept so that filling them searches nothing. */
export class Slots {
  /** @param {Element} root */
  constructor(root) {
    /** @type {{element: Element, template: string, near: string, path: string, wrap: Element|null}[]} */
    this.numbers = [...root.querySelectorAll("[data-slot]")].map((element) => ({
      element, template: element.getAttribute("data-slot") ?? "", near: element.getAttribute("data-near-slot") ?? "", path: "", wrap: element.closest(".signed"),
    })); // prettier-ignore
    this.indices = [...root.querySelectorAll("[data-index]")].map((element) => ({ element, name: element.getAttribute("data-index") ?? "" }));
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
    for (const { element, name } of this.indices) write(element, counted(choice[name]));
  }

  /** @param {Store} store */
  fill(store) {
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
 * @returns {string}
 */
function counted(index) {
  if (index === undefined || index === "") return "";
  return String(index).split(".").map((part) => Number(part) + 1).join(","); // prettier-ignore
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
   * @param {string} name its place in store.derived.story
   */
  constructor(line, name) {
    this.line = line;
    this.name = name;
    this.element = tag("div", "equation");
    if (line.label) this.element.append(tag("p", "equation-label", line.label));
    const row = tag("div", "cells");
    row.setAttribute("role", "group");
    /** @type {Shown[]} */
    this.cells = line.cells.map((cell) => ({ element: cellElement(cell), term: cell.term }));
    row.append(...this.cells.map((cell) => cell.element));
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
    const sum = this.line.sum && summed(this.line.sum, store, choice);
    const all = { ...choice, line: this.name };
    if (sum) {
      for (const { element, term } of this.cells) {
        if (term !== undefined) element.hidden = term === "none" ? sum.count > 0 : term === "rest" ? sum.more === 0 : term >= sum.picks.length;
      }
      Object.assign(all, sum.names);
    }
    this.slots.choose(all);
    return sum ? { rest: sum.rest, more: sum.more, count: sum.count, terms: sum.terms } : null;
  }
}

/**
 * @param {Cell} cell
 * @returns {HTMLElement}
 */
function cellElement(cell) {
  const bracket = cell.op && !cell.symbol.replace(/<math[^>]*><\/math>/, "");
  const element = tag("span", bracket ? "cell bracket" : "cell");
  const op = cell.op ?? "";
  // The operator stands in both rows, so that each row reads as an equation of its own.
  element.append(tag("span", "cell-op cell-symbol", op), tag("span", "cell-symbol", cell.symbol));
  const number = tag("span", "cell-op cell-number", cell.number || bracket ? op : "");
  element.append(number, tag("span", "cell-number", cell.number ?? ""));
  if (cell.note) element.append(tag("span", "cell-note", cell.note));
  return element;
}

/**
 * Which terms of a sum are written out: all of a short one, of a long one the largest; and what the others come to.
 * @param {Sum} sum
 * @param {Store} store
 * @param {Choice} choice
 * @returns {{picks: number[], names: Choice, rest: number|null, more: number, count: number, terms: (number|null)[]}}
 */
function summed(sum, store, choice) {
  const given = sum.count === "batch" ? (store.get("trace.batch.indices.length") ?? 0) : sum.count;
  /** @type {Choice[]} */
  const items = sum.window ? through(sum.window, choice, store) : Array.from({ length: given }, (_, t) => ({ t }));
  const products = items.map((item) => product(sum.factors, store, { ...choice, ...item }));
  const found = largestTerms(sum, products, kept(sum, items, choice));
  /** @type {Choice} */
  const names = {};
  // The n-th term that is written out is called {t0}, {t1} …, what its factor meets {x0}, {x1} …, and what all share by its own name.
  found.picks.forEach((pick, n) => {
    for (const [name, value] of Object.entries(items[pick])) names[name.length === 1 && name !== "f" ? `${name}${n}` : name] = value;
  });
  return { ...found, names, count: items.length, terms: found.picks.map((pick) => products[pick]) };
}

/**
 * The term that must be among those written out: of a batch the shown example's, otherwise that of the unit on the way. A window's terms
 * are told apart by the input they meet where an output is summed, by the output otherwise.
 * @param {Sum} sum
 * @param {Choice[]} items
 * @param {Choice} choice
 * @returns {number[]}
 */
function kept(sum, items, choice) {
  const wanted = sum.count === "batch" ? choice.row : choice.keep;
  const name = sum.window?.way === "forward" ? "x" : "t";
  const found = wanted === undefined ? -1 : items.findIndex((item) => String(item[name]) === String(wanted));
  return found < 0 ? [] : [found];
}

/**
 * @param {Sum} sum
 * @param {(number|null)[]} terms
 * @param {number[]} forced
 * @returns {{picks: number[], rest: number|null, more: number}}
 */
function largestTerms(sum, terms, forced) {
  const count = terms.length;
  const indices = terms.map((_, t) => t);
  if (count <= sum.shown) return { picks: indices, rest: null, more: 0 };
  const size = (/** @type {number} */ t) => Math.abs(terms[t] ?? 0);
  const largest = indices.filter((t) => !forced.includes(t)).sort((a, b) => size(b) - size(a) || a - b);
  const picks = [...forced, ...largest.slice(0, sum.shown - 1 - forced.length)].sort((a, b) => a - b);
  const rest = indices.filter((t) => !picks.includes(t)).reduce((/** @type {number|null} */ total, t) => added(total, terms[t]), 0);
  return { picks, rest, more: count - picks.length };
}

/**
 * @param {number|null} total
 * @param {number|null} term
 */
function added(total, term) {
  return total === null || term === null ? null : total + term;
}

/**
 * @param {string[]} factors
 * @param {Store} store
 * @param {Choice} choice
 * @returns {number|null}
 */
function product(factors, store, choice) {
  let value = 1;
  for (const factor of factors) {
    const number = store.get(resolved(factor, choice));
    if (typeof number !== "number") return null;
    value *= number;
  }
  return value;
}
