/**
 * Which plane of the loss surface is looked at, and how: the store's `plane`, whose fields stand in the address by the same names,
 * `plane.kind=random&plane.seed=3`. What the page would choose by itself does not stand there: of a plane of two weights, the two that
 * the first update of the run moves the most.
 *
 * @typedef {object} Looked
 * @property {string} [kind]
 * @property {string[]} [addresses]  of the two weights, `plane.addresses=0/W/1,0|2/W/0,1`
 * @property {number} [seed]  of what is drawn at random
 * @property {string} [second]  the direction beside the gradient
 * @property {"best"|number|null} [third]  the state beside start and now: the best one, or the run's at that update
 * @property {string} [view]  absent: as the window finds fit
 * @property {"log"|null} [heights]
 * @property {import("./pin.js").Pin|null} [pinned]  the moment at which the plane stands still; null: it goes along
 * @property {string} [along]  of the line
 * @property {string} [address]  the weight along which the line is laid
 */
import { pinOf, pinText } from "./pin.js";
import { parseAddress } from "./view.js";
import { listed, liveliest } from "./weights.js";

/** @param {...string} names @returns {[(text: string) => any, string]} */
const one = (...names) => [(text) => (names.includes(text) ? text : undefined), names.join(", ").replace(/, (?=[^,]*$)/, " or ")];
/** @param {string} text */
const whole = (text) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined);
/** @param {string} text */
const weight = (text) => (parseAddress(text) ? text : undefined);
/** @param {string} text */
const pair = (text) => {
  const both = text.split("|");
  return both.length === 2 && both[0] !== both[1] && both.every(weight) ? both : undefined;
};

/** Every field: how it is read (undefined: not at all), and what was expected. @type {Record<string, [(text: string) => any, string]>} */
const FIELDS = {
  kind: one("weights", "random", "gradient", "trajectory", "points"),
  addresses: [pair, "two places such as 2/W/0,3|2/b/0"],
  seed: [whole, "a whole number"],
  second: one("random", "update", "momentum"),
  third: [(text) => (text === "best" ? text : whole(text)), "an update, or «best»"],
  view: one("3d", "flat", "both", "line"),
  heights: one("log"),
  pinned: [pinOf, "an update, or one and how many of its changes had been made, such as 60:0, and what was chosen then"],
  along: one("gradient", "update", "weight"),
  address: [weight, "a place such as 2/W/0,3"],
};
/** What belongs to one choice only. @type {Record<string, (plane: Looked) => boolean>} */
const FITS = {
  addresses: ({ kind = "weights" }) => kind === "weights",
  seed: ({ kind, second = "random" }) => kind === "random" || (kind === "gradient" && second === "random"),
  second: ({ kind }) => kind === "gradient",
  third: ({ kind }) => kind === "points",
  address: ({ along }) => along === "weight",
};
/** @type {Record<string, any>} */
const USUAL = { kind: "weights", seed: 0, second: "random", along: "gradient" };

/** How a place of the address is read, and what was expected of it. @type {Record<string, [(text: string) => boolean, string]>} */
export const PLANE_PLACES = Object.fromEntries(Object.entries(FIELDS).map(([name, [read, words]]) => [`plane.${name}`, [(text) => read(text) !== undefined, words]]));

/**
 * @param {Record<string, string>} places  of an address
 * @returns {Omit<Looked, "pinned"> & {pinned?: ReturnType<typeof pinOf>}} what was understood of them
 */
export function planeOf(places) {
  const read = Object.entries(FIELDS).map(([name, [value]]) => [name, value(places[`plane.${name}`] ?? "")]);
  return Object.fromEntries(read.filter(([, value]) => value !== undefined));
}

/** @param {import("./types.js").Store} store @returns {Record<string, string>} places for the address */
export function planePlaces(store) {
  const plane = /** @type {Looked} */ (store.get("plane"));
  const shapes = store.get("info.param_shapes");
  const usual = { ...USUAL, addresses: shapes && liveliest(store.get("firstUpdates"), listed(shapes)).join("|") };
  const words = { ...plane, pinned: plane.pinned && pinText(plane.pinned, store.get("timeline")) };
  const texts = Object.keys(FIELDS).map((name) => [name, [/** @type {any} */ (words)[name] ?? ""].flat().join("|")]);
  const told = texts.filter(([name, text]) => text !== "" && text !== String(/** @type {any} */ (usual)[name]) && (FITS[name]?.(plane) ?? true));
  return Object.fromEntries(told.map(([name, text]) => [`plane.${name}`, text]));
}
