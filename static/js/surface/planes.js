/**
 * Which plane of the space of all weights is looked at.
 *
 * @typedef {import("../base/types.js").Context} Context
 * @typedef {import("./model.js").Spec} Spec
 */
import { html } from "../plot/host.js";
import { choice } from "../plot/parts.js";
import { listed, liveliest } from "../base/weights.js";
import { plain } from "../base/symbol.js";
import { thirdState } from "./third.js";

const RANDOM = "random";
const VELOCITIES = ["velocity", "m"]; // what the optimizers call their running mean of gradients
const SECONDS = /** @type {[string, string][]} */ ([["random", "a random one"], ["update", "the update"], ["momentum", "the momentum"]]);

/**
 * The planes on offer. `fields` names the controls that belong to it; `spec` reads them.
 * @type {{kind: string, title: string, fields: string[], spec: (read: (field: string) => string, seed: number, third: any) => Spec}[]}
 */
const PLANES = [
  { kind: "weights", title: "Two weights", fields: ["a", "b"], spec: (read) => ({ kind: "weights", addresses: [read("a"), read("b")] }) },
  { kind: RANDOM, title: "Random", fields: ["another"], spec: (_, seed) => ({ kind: RANDOM, seed }) },
  { kind: "gradient", title: "Gradient", fields: ["second"], spec: (read, seed) => ({ kind: "gradient", second: read("second"), seed }) },
  { kind: "trajectory", title: "The run’s own", fields: [], spec: () => ({ kind: "trajectory" }) },
  { kind: "points", title: "Start, now …", fields: ["third"], spec: (_, __, third) => ({ kind: "points", points: ["start", "now"], ...(third ? { third } : {}) }) },
];

/**
 * Does the optimizer keep a running mean of gradients, along which a plane could be laid?
 * @param {import("../base/types.js").Store} store
 * @returns {boolean}
 */
function rolls(store) {
  const kept = (store.get("trace.slots") ?? []).flatMap((/** @type {any} */ link) => Object.values(link ?? {}));
  return kept.length > 0 && kept.every((/** @type {any} */ own) => VELOCITIES.some((name) => name in own));
}

/**
 * What is chosen stands in the store's `plane`, and so in the address; what the address says is chosen here.
 * @param {Context} context
 * @param {() => import("./visits.js").Visits} visits
 * @param {(spec: Spec) => void} chosen
 */
export function planeChooser({ store }, visits, chosen) {
  let seed = 0;
  /** @type {string[]} */
  let known = [];
  /** @type {any} the pair that stood in the store last */
  let pair = null;
  /** @type {any} the third state that stood in the store last */
  let state = null;
  const kind = choice("Plane", PLANES.map((plane) => [plane.kind, plane.title]), () => tell());
  const a = choice("α", [], () => tell());
  const b = choice("β", [], () => tell());
  const second = choice("and", SECONDS.slice(0, 2), () => tell());
  const third = thirdState(visits, () => JSON.stringify(store.get("timeline.0.experiment")), () => tell());
  const another = html("button", { type: "button", title: "Draw two other random directions." }, "Another");
  /** @type {Record<string, HTMLElement>} */
  const fields = { a: a.element, b: b.element, second: second.element, third: third.element, another };
  const element = html("div", { class: "surface-planes" }, kind.element, ...Object.values(fields));
  another.addEventListener("click", () => {
    seed += 1;
    tell();
  });

  /** @returns {Spec} */
  function spec() {
    const plane = PLANES.find((row) => row.kind === kind.select.value) ?? PLANES[0];
    for (const [name, field] of Object.entries(fields)) field.hidden = known.length === 0 || !plane.fields.includes(name);
    return plane.spec((name) => /** @type {HTMLSelectElement} */ (fields[name].querySelector("select")).value, seed, third.value);
  }

  function tell() {
    // A plane needs two different weights: the one chosen last stays, the other makes room.
    if (a.select.value === b.select.value) b.select.selectedIndex = (b.select.selectedIndex + 1) % b.select.options.length;
    [pair, state] = [known.length ? [a.select.value, b.select.value] : [], third.told];
    store.set("plane", { ...store.get("plane"), kind: kind.select.value, addresses: pair, seed, second: second.select.value, third: state });
    chosen(spec());
  }

  /** @returns {boolean} is what was chosen no longer on offer? */
  function offer() {
    const [wanted, options] = [store.get("plane.second") ?? second.select.value, rolls(store) ? SECONDS : SECONDS.slice(0, 2)];
    const found = options.some(([value]) => value === wanted) ? wanted : options[0][0];
    const gone = second.select.value !== found || wanted !== found;
    second.fill(options, found);
    return gone;
  }

  /** The weights of this network, and two of them: those of the address, those that were chosen before, or the liveliest. */
  function offerWeights() {
    const shapes = store.get("info.param_shapes");
    const all = listed(shapes);
    const told = store.get("plane.addresses");
    const same = all.join() === known.join();
    if (!same) third.clear();
    known = all;
    const fine = told?.every((/** @type {string} */ text) => all.includes(text)) && (same || told !== pair);
    pair = fine ? told : liveliest(store.get("firstUpdates"), all);
    [a, b].forEach((axis, i) => axis.fill(all.map((text) => [text, plain(text, shapes, store.get("experiment.layers"))]), pair[i]));
    store.set("plane.addresses", pair);
  }

  /** @returns {boolean} does the address tell of another third state than the one that was chosen? */
  function hear() {
    const told = store.get("plane.third") ?? null;
    if (told === state) return false;
    third.tell(told);
    state = told;
    return true;
  }

  // That is known when the run has come to where the address leads.
  store.subscribe("plane.third", () => {
    if (hear() && kind.select.value === "points") chosen(spec());
  });

  return {
    element,
    refresh: third.refresh,
    /** The run goes on under another optimizer, which may keep no momentum. */
    again() {
      if (offer() && kind.select.value === "gradient") tell();
    },
    /** The list of weights of a new network, and the plane to begin with. @returns {Spec} */
    build() {
      const told = store.get("plane");
      kind.select.value = told.kind ?? PLANES[0].kind;
      seed = told.seed ?? 0;
      offer();
      offerWeights();
      hear();
      state = third.told;
      store.set("plane.third", state);
      return spec();
    },
  };
}
