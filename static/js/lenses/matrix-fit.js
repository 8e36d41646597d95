/**
 * A matrix that is wider than its room shows whole columns only, never a part of a number, and says which; buttons turn to the others.
 */
import { h } from "../telling/parts.js";

/** Every matrix in root as wide as its room. @param {Element} root */
export function fitAll(root) {
  const boxes = /** @type {HTMLElement[]} */ ([...root.querySelectorAll(".matrix-brackets")]);
  for (const box of boxes) release(box);
  const wide = boxes.filter((box) => box.scrollWidth > box.clientWidth + 1);
  for (const box of wide) fit(box);
}

/** @param {HTMLElement} box */
function release(box) {
  box.classList.remove("matrix-cut");
  box.style.cssText = "";
  box.parentElement?.querySelector(".matrix-turn")?.remove();
}

/** @param {HTMLElement} box */
function fit(box) {
  // A row of «⋮» is as wide as all columns together.
  const rows = [...(/** @type {HTMLTableElement} */ (box.firstElementChild).rows)].filter((line) => line.querySelector("td[data-c]"));
  const cells = [...rows[0].querySelectorAll("td")];
  const widest = Math.ceil(Math.max(...cells.map((cell) => cell.getBoundingClientRect().width)));
  const head = Math.ceil(rows[0].querySelector("th")?.getBoundingClientRect().width ?? 0);
  const edges = box.offsetWidth - box.clientWidth + 2 * parseFloat(getComputedStyle(box).paddingLeft);
  const shown = Math.max(1, Math.min(cells.length, Math.floor((box.offsetWidth - edges - head) / widest)));
  box.classList.add("matrix-cut");
  box.style.setProperty("--cell", `${widest}px`);
  box.style.setProperty("--head", `${head}px`);
  box.style.width = `${edges + head + shown * widest}px`;
  turning(box, cells, { shown, widest });
}

/**
 * Which columns stand there, and buttons to the others. A column of «⋯» takes a place, and is none.
 * @param {HTMLElement} box
 * @param {HTMLElement[]} cells  of one row
 * @param {{shown: number, widest: number}} sizes
 */
function turning(box, cells, { shown, widest }) {
  const said = h("span", {});
  const columns = (/** @type {HTMLElement[]} */ found) => found.filter((cell) => cell.dataset.c).length;
  // Of an edge with places left out not all columns are written out.
  const of = `${columns(cells)}${columns(cells) < cells.length ? " written out" : ""}`;
  const tell = () => {
    const first = Math.round(box.scrollLeft / widest);
    const [before, seen] = [columns(cells.slice(0, first)), columns(cells.slice(first, first + shown))];
    said.textContent = `${seen > 1 ? `columns ${before + 1}–${before + seen}` : `column ${before + 1}`} of ${of}`;
  };
  const turn = (/** @type {number} */ by, /** @type {string} */ sign, /** @type {string} */ title) => h("button", { type: "button", class: "quiet", "aria-label": title, onclick: () => box.scrollBy({ left: by * shown * widest }) }, sign);
  box.addEventListener("scroll", tell, { passive: true });
  tell();
  box.after(h("span", { class: "matrix-pager matrix-turn" }, turn(-1, "‹", "columns to the left"), said, turn(1, "›", "columns to the right")));
}
