/** What is said where nothing is derived. */
import { h } from "../telling/parts.js";

export function invitation() {
  return h("p", { class: "lens-invitation" }, h("b", {}, "Click any number of the network"), " – a weight, a bias, a neuron, an element of a kernel – or choose one above. ",
    "Its gradient is then taken apart: which products it is the sum of, every path along which it reaches the loss, what each example of the batch adds, and what the optimizer makes of it."); // prettier-ignore
}
