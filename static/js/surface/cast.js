/**
 * Who is on the surface at this moment: the path really taken, the ball, the update and what the optimizer made it of.
 *
 * @typedef {import("../base/types.js").Store} Store
 * @typedef {import("./model.js").Landscape} Landscape
 * @typedef {import("./actors.js").Scene} Scene
 * @typedef {import("./actors.js").Arrow} Arrow
 */
import { flatten, plus } from "./vectors.js";
import { isOn } from "./words.js";
import { opticalArrows, scalingRing } from "./optimizer.js";

/**
 * Where the ball is now, as a parameter vector: between the two states while the update is being told.
 * @param {import("../base/types.js").Context} context
 * @param {() => void} moved
 * @returns {{vector: () => Float64Array}}
 */
export function ballNow({ store, frames }, moved) {
  /** @type {{from: Float64Array, by: Float64Array, t: number}|null} */
  let rolling = null;
  store.subscribe("transition", (transition) => {
    rolling = null;
    if (transition?.substep?.phase !== "update" || !(transition.duration > 0)) return;
    const mine = { from: flatten(store.get("trace.before")), by: flatten(store.get("trace.updates")), t: 0 };
    rolling = mine;
    frames.animate(transition.duration, (t) => {
      if (rolling !== mine) return;
      mine.t = t * t * (3 - 2 * t);
      if (t === 1) rolling = null;
      moved();
    }, "surface-ball");
  });
  return { vector: () => (rolling ? plus(rolling.from, rolling.by, rolling.t) : flatten(store.get("state.params"))) };
}

/**
 * @param {Landscape} land
 * @param {Store} store
 * @param {Float64Array} ball
 * @param {import("./actors.js").Trail[]} [descents]
 * @returns {Scene}
 */
export function sceneOf(land, store, ball, descents = []) {
  const list = land.visits.list;
  const now = land.place(ball).at;
  const trace = store.get("trace");
  const told = store.get("cursor") === store.get("substeps").length;
  // The path ends where the ball is: the state that an update is rolling to is not yet visited.
  const known = list.filter((visit) => !trace || visit.step < trace.step + 1).map((visit) => land.visited(visit));
  const path = [...known, now];
  const from = trace ? land.place(flatten(trace.before)).at : now;
  const steps = Boolean(trace) && deciding(store, told);
  return {
    path, start: list.length ? land.visited(list[0]) : now, ball: now, from, truth: store.get("surface.true_loss") ?? null, best: bestOf(land),
    arrows: steps ? arrowsOf(land, store) : [],
    trails: [...descents, ...(steps ? scalingRing(land, store, from) : [])],
    marks: marksOf(land),
  };
}

/**
 * Which way the told update leads on the plane.
 * @param {Landscape} land
 * @param {Store} store
 * @returns {[number, number]}
 */
export function heading(land, store) {
  const updates = store.get("trace.updates");
  return updates ? land.along(flatten(updates)) : [0, 0];
}

/**
 * Is the gradient known at this sub-step, so that what the update is made of can be shown?
 * @param {Store} store
 * @param {boolean} told
 * @returns {boolean}
 */
function deciding(store, told) {
  const phase = store.get("substeps")[store.get("cursor") - 1]?.phase;
  return told || phase === "gradient" || phase === "update";
}

/**
 * What the update is made of, and the update itself.
 * @param {Landscape} land
 * @param {Store} store
 * @returns {Arrow[]}
 */
function arrowsOf(land, store) {
  const update = { name: "Δw", look: "update", by: heading(land, store) };
  const parts = opticalArrows(land, store);
  return parts.some((arrow) => arrow.look === "accepted") ? parts : [...parts, update];
}

/**
 * The states that a plane through two or three of them was laid through.
 * @param {Landscape} land
 * @returns {import("./actors.js").Mark[]}
 */
function marksOf({ picture }) {
  return (picture?.answer.points ?? []).filter((/** @type {any} */ point) => point.name !== "now");
}

/**
 * The optimum of a model that is linear in its parameters, or its shadow on a plane that it is not on.
 * @param {Landscape} land
 * @returns {import("./actors.js").Best|null}
 */
function bestOf(land) {
  const { picture } = land;
  const best = picture?.answer.optimum;
  if (!picture || !best) return null;
  return { at: [best.at[0] + picture.shift[0], best.at[1] + picture.shift[1]], shadow: !isOn(best) };
}
