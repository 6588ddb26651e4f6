import type { Page } from "playwright-core";

export interface FrameTimes {
  /** Steps that were computed. */
  readonly steps: number;
  /** Wall-clock time, s. */
  readonly wall: number;
  /** Frames per second. */
  readonly frames: number;
  /** Longest time between two frames, ms. */
  readonly longest: number;
}

/** Watches a page that plays, for some seconds. */
export const measureFrames = (page: Page, seconds: number): Promise<FrameTimes> =>
  page.evaluate(async (duration) => {
    const slider = document.querySelector<HTMLInputElement>(".scrubber")!;
    const [first, start] = [Number(slider.max), performance.now()];
    let [frames, longest, last] = [0, 0, start];
    while (performance.now() - start < 1000 * duration) {
      const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
      frames++;
      longest = Math.max(longest, now - last);
      last = now;
    }
    const wall = (performance.now() - start) / 1000;
    return { steps: Number(slider.max) - first, wall, frames: frames / wall, longest };
  }, seconds);
