/** The theme's colours as the stage paints them: read from the page's custom properties, so that there is one source. */

const STEPS = 40;

/** @typedef {{ink: string, muted: string, line: string, surface: string, positive: string, negative: string, accent: string, edge: string,
 *   tint: (share: number) => string, deep: (share: number) => string, solid: (sign: number) => string, rgb: {positive: number[], negative: number[], surface: number[]}}} Colours */

/**
 * @param {Element} element  whose theme it is
 * @returns {Colours}
 */
export function readColours(element) {
  const style = getComputedStyle(element);
  const token = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim() || style.color;
  const names = { ink: "ink", muted: "muted", line: "line", surface: "surface", positive: "positive", negative: "negative", accent: "accent", edge: "edge" };
  const own = /** @type {any} */ (Object.fromEntries(Object.entries(names).map(([key, name]) => [key, token(name)])));
  const rgb = { positive: parse(own.positive), negative: parse(own.negative), surface: parse(own.surface) };
  const ramp = (/** @type {number} */ least, /** @type {number} */ most) =>
    Array.from({ length: 2 * STEPS + 1 }, (_, i) => mix(rgb.surface, i < STEPS ? rgb.negative : rgb.positive, Math.abs(i - STEPS) / STEPS, least, most));
  const [pale, full] = [ramp(0.06, 0.6), ramp(0, 1)];
  const step = (/** @type {number} */ share) => STEPS + Math.round(Math.max(-1, Math.min(1, share || 0)) * STEPS);
  return {
    ...own,
    rgb,
    /** A number's tint: its sign is the hue, its share of the largest the strength. Never so strong that ink on it is lost. */
    tint: (share) => pale[step(share)],
    /** The same for cells without a text: the whole range. */
    deep: (share) => full[step(share)],
    solid: (sign) => (sign < 0 ? own.negative : own.positive),
  };
}

/**
 * @param {number[]} from
 * @param {number[]} to
 * @param {number} share
 * @param {number} least
 * @param {number} most
 */
function mix(from, to, share, least, most) {
  const strength = share === 0 ? 0 : least + (most - least) * share;
  return `rgb(${from.map((v, i) => Math.round(v + (to[i] - v) * strength)).join(",")})`;
}

/**
 * Any CSS colour as three numbers from 0 to 255.
 * @param {string} colour
 * @returns {number[]}
 */
function parse(colour) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}
