/**
 * A principal direction is as right with the other sign, and the server's may change as the runs go on: the map had been seen to turn
 * over between two of its drawings.
 *
 * @typedef {{directions: [Float64Array, Float64Array], axes: [number[], number[]], loss: any[][]}} Map  loss: a row for each of the second axis
 */
import { dot } from "../base/vectors.js";

/**
 * The same map, each of its directions turned the way that the former one's leads.
 * @param {Map} map
 * @param {Float64Array[]} former  directions
 * @returns {Map}
 */
export function unmirrored({ directions, axes, loss }, former) {
  const [first, second] = directions.map((direction, k) => former.length > 0 && dot(direction, former[k]) < 0);
  const columns = first ? loss.map((row) => [...row].reverse()) : loss;
  return {
    directions: [turned(directions[0], first), turned(directions[1], second)],
    axes: [counted(axes[0], first), counted(axes[1], second)],
    loss: second ? [...columns].reverse() : columns,
  };
}

/** @param {Float64Array} direction @param {boolean} over */
function turned(direction, over) {
  return over ? direction.map((v) => 0 - v) : direction;
}

/** @param {number[]} values @param {boolean} over */
function counted(values, over) {
  return over ? values.map((v) => 0 - v).reverse() : values;
}
