import type { Readable } from "../../core/readable.ts";

/* All plots draw in one animation frame, at most once each. */

interface Task {
  readonly draw: () => void;
  readonly interval: () => number;
  isStale: boolean;
  isVisible: boolean;
  /** Time before which the plot is not drawn again, ms. */
  rests: number;
}

/** A plot that takes long to draw is drawn less often, so that it takes at most this share of the page's time. */
const share = 0.15;

const tasks = new Set<Task>();
let isScheduled = false;

/** Time of one animation frame that all plots together take, ms. The plots beyond it wait for the next frame. */
const budget = 8;

const drawAll = (now: number): void => {
  isScheduled = false;
  let isWaiting = false;
  let spent = 0;
  for (const task of [...tasks]) {
    if (!task.isStale || !task.isVisible) continue;
    if (now < task.rests || spent > budget) {
      isWaiting = true;
      continue;
    }
    task.isStale = false;
    const began = performance.now();
    task.draw();
    const took = performance.now() - began;
    spent += took;
    task.rests = now + Math.max(took / share, task.interval());
    // The last one to be drawn is the last one in the next frame, so that each has its turn.
    tasks.delete(task);
    tasks.add(task);
  }
  if (isWaiting) schedule();
};

const schedule = (): void => {
  if (isScheduled) return;
  isScheduled = true;
  requestAnimationFrame(drawAll);
};

export interface Drawing {
  /** Draws in the next animation frame. */
  redraw(): void;
  stop(): void;
}

/**
 * Draws a plot after each change of a value, at most once every `interval()` ms, as long as its element is on the screen,
 * and when its colours change.
 */
export const drawing = (
  element: Element,
  changes: Readable<unknown>,
  draw: () => void,
  interval: () => number = () => 0,
): Drawing => {
  const task: Task = { draw, interval, isStale: true, isVisible: true, rests: 0 };
  const changed = (): void => {
    task.isStale = true;
    if (task.isVisible) schedule();
  };
  const redraw = (): void => {
    task.rests = 0;
    changed();
  };
  tasks.add(task);
  const observer = new IntersectionObserver((entries) => {
    task.isVisible = entries.at(-1)!.isIntersecting;
    if (task.isVisible && task.isStale) schedule();
  });
  observer.observe(element);
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const recolour = (): void => {
    resolved.clear();
    redraw();
  };
  scheme.addEventListener("change", recolour);
  const themes = new MutationObserver(recolour);
  themes.observe(document.documentElement, { attributes: true });
  const end = changes.subscribe(changed);
  return {
    redraw,
    stop: () => {
      end();
      tasks.delete(task);
      observer.disconnect();
      themes.disconnect();
      scheme.removeEventListener("change", recolour);
    },
  };
};

const resolved = new Map<string, string>();

/** The present colour of a CSS variable, as rgb(). */
export const colourOf = (name: string): string => {
  const known = resolved.get(name);
  if (known) return known;
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  resolved.set(name, color);
  return color;
};

/** The red, green and blue parts of a colour of `colourOf`. */
export const partsOf = (colour: string): readonly [number, number, number] => {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue];
};

/** A colour as a word of ImageData. */
export const wordOf = (colour: string): number => {
  const [red, green, blue] = partsOf(colour);
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
};
