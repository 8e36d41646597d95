/**
 * One requestAnimationFrame for the page. A view registers how it draws itself and says when it is out of date; however often it
 * says so, it is drawn once a frame, and not at all while its element is off screen or the page is hidden.
 *
 * @typedef {import("./types.js").Frames} Frames
 * @typedef {{draw: (now: number) => void, element: Element|null, visible: boolean, dirty: boolean}} View
 * @typedef {{start: number|null, duration: number, fn: (t: number) => void, finish: (whole: boolean) => void}} Animation
 */

/** @returns {Frames} */
export function createFrames() {
  /** @type {Map<string, View>} */
  const views = new Map();
  /** @type {Map<string|symbol, Animation>} */
  const animations = new Map();
  let scheduled = 0;

  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      for (const view of views.values()) if (view.element === entry.target) view.visible = entry.isIntersecting;
    }
    schedule();
  });

  function schedule() {
    if (!scheduled && !document.hidden && wanted()) scheduled = requestAnimationFrame(tick);
  }

  function wanted() {
    return animations.size > 0 || [...views.values()].some((view) => view.dirty && view.visible);
  }

  /** @param {number} now */
  function tick(now) {
    scheduled = 0;
    for (const [name, animation] of [...animations]) {
      if (animations.get(name) === animation) advance(name, animation, now);
    }
    for (const view of [...views.values()]) {
      if (!view.dirty || !view.visible) continue;
      view.dirty = false;
      guarded(() => view.draw(now));
    }
    schedule();
  }

  /**
   * @param {string|symbol} name
   * @param {Animation} animation
   * @param {number} now
   */
  function advance(name, animation, now) {
    animation.start ??= now;
    const t = Math.min(1, (now - animation.start) / animation.duration);
    guarded(() => animation.fn(t));
    if (t < 1) return;
    animations.delete(name);
    animation.finish(true);
  }

  document.addEventListener("visibilitychange", () => {
    // Nobody watches a hidden page: what is under way is over, so that nothing waits for a frame that does not come.
    if (document.hidden) {
      cancelAnimationFrame(scheduled);
      scheduled = 0;
      for (const [name, animation] of [...animations]) {
        animations.delete(name);
        guarded(() => animation.fn(1));
        animation.finish(true);
      }
    }
    schedule();
  });

  return {
    register(name, draw, element = null) {
      const view = { draw, element, visible: element === null, dirty: false };
      views.set(name, view);
      if (element) observer.observe(element);
      return () => {
        if (element) observer.unobserve(element);
        if (views.get(name) === view) views.delete(name);
      };
    },
    invalidate(name) {
      const view = views.get(name);
      if (view) view.dirty = true;
      schedule();
    },
    animate(duration, fn, name) {
      const key = name ?? Symbol("animation");
      animations.get(key)?.finish(false);
      /** @type {(whole: boolean) => void} */
      let finish = () => {};
      const finished = new Promise((/** @type {(whole: boolean) => void} */ resolve) => {
        finish = resolve;
      });
      const animation = { start: null, duration: Math.max(duration, 1), fn, finish };
      if (document.hidden) {
        guarded(() => fn(1));
        finish(true);
      } else {
        animations.set(key, animation);
        schedule();
      }
      return {
        finished,
        stop() {
          if (animations.get(key) === animation) animations.delete(key);
          finish(false);
        },
      };
    },
  };
}

/**
 * One view's mistake must not stop the clock for the others.
 * @param {() => void} fn
 */
function guarded(fn) {
  try {
    fn();
  } catch (error) {
    reportError(error);
  }
}
