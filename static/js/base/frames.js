/**
 * One requestAnimationFrame for the page. A view registers how it draws itself and says when it is out of date; however often it
 * says so, it is drawn once a frame, and not at all while its element is off screen or the page is hidden. The network comes first, in
 * every frame; the others share what is left of it: a view that was costly rests the longer, and waits for a frame with room.
 *
 * @typedef {import("./types.js").Frames} Frames
 * @typedef {{draw: (now: number) => void, element: Element|null, first: boolean, visible: boolean, dirty: boolean, asked: number,
 *   due: number}} View
 * @typedef {{start: number|null, duration: number, fn: (t: number) => void, finish: (whole: boolean) => void}} Animation
 */

/** Milliseconds of a frame's script after which the others wait for the next. */
const ROOM = 5;
/** A view that took c milliseconds is drawn again after RESTS·c at the earliest … */
const RESTS = 5;
/** … but none waits longer than this. */
const LONGEST = 120;

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
    const began = performance.now();
    for (const view of waiting()) {
      const late = now > view.asked + LONGEST;
      if (view.first || late || (now >= view.due && performance.now() - began < ROOM)) paint(view, now);
    }
    schedule();
  }

  /** Those out of date and in sight: the first ones, then whoever’s rest was over first. */
  function waiting() {
    const list = [...views.values()].filter((view) => view.dirty && view.visible);
    return list.sort((a, b) => Number(b.first) - Number(a.first) || a.due - b.due);
  }

  /** @param {View} view @param {number} now */
  function paint(view, now) {
    const began = performance.now();
    view.dirty = false;
    guarded(() => view.draw(now));
    view.due = now + Math.min(LONGEST, RESTS * (performance.now() - began));
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
    register(name, draw, element = null, first = false) {
      const view = { draw, element, first, visible: element === null, dirty: false, asked: 0, due: 0 };
      views.set(name, view);
      if (element) observer.observe(element);
      return () => {
        if (element) observer.unobserve(element);
        if (views.get(name) === view) views.delete(name);
      };
    },
    invalidate(name) {
      const view = views.get(name);
      if (view && !view.dirty) Object.assign(view, { dirty: true, asked: performance.now() });
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
