/** How large a plot's words are set: a plot that fills the window is looked at from the back of a room. */

/** Times the size that the figure says. */
export const LARGER = 1.3;
const ROOM = 520; // pixels of width that words of that size need

/** Is it enlarged, and wide enough for larger words? @param {HTMLElement} root  a plot's box */
export function isLarge(root) {
  return root.closest(".enlarged") !== null && root.clientWidth >= ROOM;
}

/**
 * Words and the room for them, as Plotly.relayout takes them.
 * @param {any} layout  of the figure as it came
 * @param {number} times  as large as it says
 * @returns {Record<string, number>}
 */
export function typeset({ xaxis, yaxis, scene, margin }, times) {
  const sides = { xaxis, yaxis, "scene.xaxis": scene?.xaxis, "scene.yaxis": scene?.yaxis, "scene.zaxis": scene?.zaxis };
  const words = Object.entries(sides).flatMap(([name, side]) => (side ? [[`${name}.tickfont.size`, side.tickfont.size], [`${name}.title.font.size`, side.title.font.size]] : []));
  const room = ["l", "b"].map((side) => [`margin.${side}`, margin[side]]);
  return Object.fromEntries([...words, ...room].map(([name, size]) => [name, times * size]));
}
