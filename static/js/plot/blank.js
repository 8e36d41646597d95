/** What logarithmic heights leave blank, for a loss of 0 or below has none: its share is told, in words and in the plot itself. */
import { percent, show } from "../base/format.js";
import { html } from "./host.js";

/**
 * @param {number} share  of the part, 0…1
 * @param {string} part  «the plane»
 * @returns {string}
 */
export function blankInWords(share, part) {
  if (!(share > 0)) return "";
  return `A loss that is not above 0 has no logarithm: ${share < 1 ? `${percent(share)} of ${part} is not drawn` : `none of ${part} is drawn`}.`;
}

/** Where a plane is cut off below. @param {{floor: number|null, under: number}} scale @returns {string} */
export function flooredInWords({ floor, under }) {
  if (floor === null || !(under > 0)) return "";
  return `Towards a loss of 0 the logarithm falls without end: it is cut off at ${show(10 ** floor)}, and ${percent(under)} of the plane is lower.`;
}

/** What share of some losses has no logarithm, though they are finite. @param {(number|null|undefined)[]} losses */
export function blankShare(losses) {
  return losses.length ? losses.filter((v) => typeof v === "number" && v <= 0).length / losses.length : 0;
}

/**
 * The same in the plot: in brief above what is drawn, and in full in the middle where nothing is.
 * @param {HTMLElement} box
 * @returns {(share: number, part: string) => void}
 */
export function blankNote(box) {
  const element = html("p", { class: "plot-blank", role: "status" });
  box.append(element);
  return (share, part) => {
    const words = share > 0 && share < 1 ? `no logarithm: ${percent(share)} of ${part}` : blankInWords(share, part);
    if (element.textContent !== words) element.textContent = words;
    element.classList.toggle("all", share === 1);
  };
}
