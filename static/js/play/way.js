/**
 * The way from the start of a run that is taken again: where it stands now, and what is kept of it.
 *
 * @typedef {import("../base/types.js").State} State
 * @typedef {import("../base/types.js").Frame} Frame
 * @typedef {import("../base/types.js").Trace} Trace
 * @typedef {import("../base/types.js").TrainFrame} TrainFrame
 * @typedef {import("../base/url.js").Change} Change
 */
import { withLoss, withMovedLoss } from "./history.js";
import { under } from "./memory.js";

export class Way {
  /**
   * @param {{state: State, frame: Frame}} first
   * @param {Change[]} timeline
   * @param {number} count  of sub-steps
   */
  constructor({ state, frame }, timeline, count) {
    this.state = state;
    this.frame = frame;
    this.timeline = timeline;
    this.count = count;
    this.at = 0;
    this.losses = withLoss([], frame);
    /** The way here, for those who draw it. @type {{state: State, loss: number|null, moved?: boolean}[]} */
    this.trail = [{ state, loss: frame.loss.train }];
    /** @type {any[]} */
    this.moments = [];
    /** Does nothing lead here from the step before, so that the place where the next step is not told yet is one of its own? */
    this.fresh = true;
  }

  get experiment() {
    return this.timeline[this.at].experiment;
  }

  /** Has the run diverged? Then it ends here, as it did when it was first taken; but from weights put high up by hand a step leads on. */
  get over() {
    return this.frame.diverged && !this.fresh;
  }

  /** Another experiment from here on. @param {number} i  its place in the timeline */
  changed(i) {
    const kind = this.experiment.optimizer.kind;
    this.at = i;
    this.state = under(this.state, kind, this.experiment.optimizer.kind);
  }

  /** The weights that were moved by hand, with their loss. @param {{state: State, frame: Frame}} put */
  moved({ state, frame }) {
    Object.assign(this, { state, frame, losses: withMovedLoss(this.losses, frame), fresh: true });
    // No path is drawn to where the weights were moved away from again.
    if (this.trail.at(-1)?.moved && this.trail.at(-1)?.state.step === state.step) this.trail.pop();
    this.trail.push({ state, loss: frame.loss.train, moved: true });
  }

  /** @param {TrainFrame} line */
  take({ state, trace, ...frame }) {
    if (trace && this.fresh) this.moments.push(this.moment({ trace, next: { state, frame }, cursor: 0 }));
    this.fresh = false;
    Object.assign(this, { state, frame, losses: withLoss(this.losses, frame) });
    this.trail.push({ state, loss: frame.loss.train });
    if (trace) this.moments.push(this.moment({ trace, next: { state, frame }, cursor: this.count }));
  }

  /**
   * What Back restores, as history.remember keeps it.
   * @param {{trace: Trace, next: {state: State, frame: Frame}, cursor: number}} told
   */
  moment(told) {
    const { state, frame, losses, experiment } = this;
    return { state, frame, losses, experiment, timeline: this.timeline.slice(0, this.at + 1), ...told };
  }

  /** The place where the last step was told to its end. */
  last() {
    const place = this.moments.at(-1);
    return place && { ...place, history: this.moments.slice(0, -1) };
  }
}
