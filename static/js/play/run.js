/**
 * Something the player is doing: a Step, a sub-step, playing. It can be hurried (a further press of a button: finish without
 * animation) and cancelled (Back, Reset: stop where it stands).
 */
export class Run {
  constructor() {
    this.controller = new AbortController();
    this.hurried = false;
    /** @type {() => void} */
    this.wake = () => {};
  }

  get cancelled() {
    return this.controller.signal.aborted;
  }

  get signal() {
    return this.controller.signal;
  }

  cancel() {
    this.controller.abort();
    this.wake();
  }

  hurry() {
    this.hurried = true;
    this.wake();
  }

  /**
   * Wait, unless hurried; cancelling or hurrying ends the wait.
   * @param {number} milliseconds
   * @returns {Promise<void>}
   */
  wait(milliseconds) {
    return this.hurried ? Promise.resolve() : this.pause(milliseconds);
  }

  /**
   * Wait even when hurried before; cancelling, or hurrying anew, ends it.
   * @param {number} milliseconds
   * @returns {Promise<void>}
   */
  pause(milliseconds) {
    if (this.cancelled || milliseconds <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.wake(), milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        this.wake = () => {};
        resolve();
      };
    });
  }
}
