import { expect, test } from "vitest";
import { type RasterLayer, RasterPicture, type RasterScene } from "./raster-picture.ts";
import { type SpikeStore, spikeStore } from "./spikes.ts";
import { bandsOf } from "./spikes-picture.ts";

const bands = bandsOf([
  { name: "a", units: 40 },
  { name: "b", units: 10 },
]);

/** Numbers from 0 to 1 that look random and are the same in each run. */
const drawn = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
};

const addSpikes = (stores: readonly SpikeStore[], from: number, to: number, random: () => number): void => {
  for (let step = from + 1; step <= to; step++) {
    for (const [k, store] of stores.entries()) {
      if (random() < 0.3) store.append([step], [Math.floor(random() * bands[k]!.units)]);
    }
  }
};

interface Window {
  readonly step: number;
  readonly span?: number;
  readonly width?: number;
  readonly dot?: number;
  readonly top?: number;
  readonly fixed?: readonly [number, number];
}

const sceneOf = (
  stores: readonly SpikeStore[],
  { step, span = 300, width = 200, dot = 2, top = 0, fixed }: Window,
  ghosts: readonly SpikeStore[] = [],
): RasterScene => {
  const [from, to] = fixed ?? [Math.max(0, step - span), Math.max(span, step)];
  const ghost = ghosts.map(
    (spikes, k): RasterLayer => ({ spikes, band: bands[k]!, colour: 3, until: to / 2, stretch: 2 }),
  );
  const present = stores.map(
    (spikes, k): RasterLayer => ({ spikes, band: bands[k]!, colour: 7 + k, until: Math.min(step, to), stretch: 1 }),
  );
  const lines = [Math.round(((bands[1]!.top - top) / (1 - top)) * 90)];
  return { from, to, top, bottom: 1, width, height: 90, paper: 1, line: 2, lines, dot, layers: [...ghost, ...present] };
};

const whole = (scene: RasterScene): Uint32Array => {
  const pixels = new Uint32Array(scene.width * scene.height);
  new RasterPicture().draw(pixels, scene);
  return pixels;
};

test("a picture that moves has the pixels of one that is drawn anew", () => {
  for (const [seed, window] of [{}, { span: 173 }, { span: 77.7 }, { span: 1000, dot: 1 }, { dot: 3 }].entries()) {
    const random = drawn(seed + 1);
    const stores = [spikeStore(1e6, 0), spikeStore(1e6, 0)];
    const ghosts = [spikeStore(1e6, 0), spikeStore(1e6, 0)];
    addSpikes(ghosts, 0, 500, random);
    const picture = new RasterPicture();
    let scene = sceneOf(stores, { step: 0, ...window }, ghosts);
    const pixels = new Uint32Array(scene.width * scene.height);
    const first: number[] = [];
    for (let step = 0; step < 900; ) {
      const next = step + 1 + Math.floor(random() * 40);
      addSpikes(stores, step, next, random);
      step = next;
      scene = sceneOf(stores, { step, ...window }, ghosts);
      first.push(picture.draw(pixels, scene).first);
      expect(Array.from(pixels), `step ${step}, window ${seed}`).toEqual(Array.from(whole(scene)));
    }
    expect(new Set(pixels)).toContain(7);
    expect(new Set(pixels)).toContain(8);
    // Before the window is full, only its new part changes.
    if ((window.span ?? 300) > 150) expect(first.slice(1, 4).every((column) => column > 0)).toBe(true);
  }
});

test("only new columns are drawn while the run goes on", () => {
  const random = drawn(9);
  const stores = [spikeStore(1e6, 0), spikeStore(1e6, 0)];
  addSpikes(stores, 0, 1000, random);
  const picture = new RasterPicture();
  const pixels = new Uint32Array(200 * 90);
  picture.draw(pixels, sceneOf(stores, { step: 1000 }));
  // A spike that nobody has drawn shows whether its column is drawn again.
  const marked = 50 + 45 * 200;
  pixels[marked] = 99;
  addSpikes(stores, 1000, 1003, random);
  picture.draw(pixels, sceneOf(stores, { step: 1003 }));
  expect(pixels.indexOf(99)).toBe(marked - 2);
});

test("another size, zoom or colour, and spikes that are taken back, begin anew", () => {
  const random = drawn(5);
  const stores = [spikeStore(1e6, 0), spikeStore(1e6, 0)];
  addSpikes(stores, 0, 600, random);
  const picture = new RasterPicture();
  const show = (window: Window, change: (scene: RasterScene) => RasterScene = (scene) => scene): number => {
    const scene = change(sceneOf(stores, window));
    const pixels = kept.length === scene.width * scene.height ? kept : new Uint32Array(scene.width * scene.height);
    kept = pixels;
    const { first } = picture.draw(pixels, scene);
    expect(Array.from(pixels)).toEqual(Array.from(whole(scene)));
    return first;
  };
  let kept = new Uint32Array(0);
  expect(show({ step: 600 })).toBe(0);
  expect(show({ step: 600 })).toBe(199);
  expect(show({ step: 600, fixed: [100, 220] })).toBe(0);
  expect(show({ step: 600, top: 0.5 })).toBe(0);
  expect(show({ step: 600, width: 150 })).toBe(0);
  expect(show({ step: 600 })).toBe(0);
  const other = (scene: RasterScene): RasterScene => ({ ...scene, paper: 4 });
  expect(show({ step: 600 }, other)).toBe(0);
  expect(show({ step: 600 }, other)).toBe(199);
  // Going back and on, with other spikes.
  for (const store of stores) store.cut(500);
  addSpikes(stores, 500, 640, random);
  expect(show({ step: 640 }, other)).toBe(0);
  expect(show({ step: 400 }, other)).toBe(0);
});
