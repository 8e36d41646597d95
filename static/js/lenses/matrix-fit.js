/**
 * A matrix that is wider than its room shows whole columns only, never a part of a number, and says which; buttons turn to the others.
 */
import { h } from "./parts.js";

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
  const rows = [...(/** @type {HTMLTableElement} */ (box.firstElementChild).rows)];
  const cells = rows.map((line) => [...line.querySelectorAll("td")]);
  const count = Math.max(...cells.map((line) => line.length));
  const widest = Math.ceil(Math.max(...cells.flat().map((cell) => cell.getBoundingClientRect().width)));
  const head = Math.ceil(rows[rows.length - 1].querySelector("th")?.getBoundingClientRect().width ?? 0);
  const edges = box.offsetWidth - box.clientWidth + 2 * parseFloat(getComputedStyle(box).paddingLeft);
  const shown = Math.max(1, Math.min(count, Math.floor((box.offsetWidth - edges - head) / widest)));
  box.classList.add("matrix-cut");
  box.style.setProperty("--cell", `${widest}px`);
  box.style.setProperty("--head", `${head}px`);
  box.style.width = `${edges + head + shown * widest}px`;
  turning(box, { count, shown, widest });
}

/**
 * Which columns stand there, and buttons to the others.
 * @param {HTMLElement} box
 * @param {{count: number, shown: number, widest: number}} sizes
 */
function turning(box, { count, shown, widest }) {
  const said = h("span", {});
  const tell = () => {
    const first = Math.round(box.scrollLeft / widest);
    said.textContent = `columns ${first + 1}–${Math.min(count, first + shown)} of ${count}`;
  };
  const turn = (/** @type {number} */ by, /** @type {string} */ sign, /** @type {string} */ title) => h("button", { type: "button", class: "quiet", "aria-label": title, onclick: () => box.scrollBy({ left: by * shown * widest }) }, sign);
  box.addEventListener("scroll", tell, { passive: true });
  tell();
  box.after(h("span", { class: "matrix-pager matrix-turn" }, turn(-1, "‹", "columns to the left"), said, turn(1, "›", "columns to the right")));
}
