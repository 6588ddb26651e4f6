/* Trains the network in a page. `npx vite examples/cartpole/page` serves it. */
import { angleMax, failed, halfLength, positionMax, type State, stepsMax } from "../environment.ts";
import { excitatoryUnits, inhibitoryUnits, places } from "../network.ts";
import { type Moment, networkSteps, type Step, solved, type Teaching, Training } from "../training.ts";

const find = <E extends Element>(id: string): E => document.querySelector<E>(`#${id}`)!;
const [play, again] = [find<HTMLButtonElement>("play"), find<HTMLButtonElement>("again")];
const speed = find<HTMLInputElement>("speed");
const teaching = find<HTMLSelectElement>("teaching");
const [pace, status] = [find<HTMLOutputElement>("pace"), find<HTMLOutputElement>("status")];

const contextOf = (id: string): CanvasRenderingContext2D => find<HTMLCanvasElement>(id).getContext("2d")!;
const [cart, score, spikes, weights] = [
  contextOf("cart"),
  contextOf("score"),
  contextOf("spikes"),
  contextOf("weights"),
];
const color = (name: "text" | "soft" | "line" | "a" | "b"): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`);

/** Time for the network in each picture of 16 ms, ms. */
const budget = 11;
/** Steps of the network in the picture of spikes. */
const kept = 1000;

/** The spikes of one step by population, as numbers of units in the picture. */
type Spikes = readonly number[];
let history: { readonly spikes: Spikes; readonly learns: boolean }[] = [];
let learns = false;

const populations = ["excitatoryA", "inhibitoryA", "excitatoryB", "inhibitoryB"] as const;
const sideUnits = excitatoryUnits + inhibitoryUnits;
const firstUnits = [0, excitatoryUnits, sideUnits, sideUnits + excitatoryUnits];

const keep = (step: Step): void => {
  const units = populations.flatMap((name, k) => step[name].outSpikes.indices().map((unit) => unit + firstUnits[k]!));
  history.push({ spikes: units, learns });
  if (history.length > 2 * kept) history = history.slice(-kept);
};

/** Clears a canvas and returns its size. */
const cleared = (context: CanvasRenderingContext2D): { width: number; height: number } => {
  const { width, height } = context.canvas;
  context.clearRect(0, 0, width, height);
  context.font = "22px system-ui, sans-serif";
  return { width, height };
};

const drawCart = ({ state, action, phase }: Moment): void => {
  const { width, height } = cleared(cart);
  const scale = width / (2 * positionMax + 1);
  const ground = height - 60;
  const x = width / 2 + state[0] * scale;
  cart.fillStyle = color("line");
  cart.fillRect(width / 2 - positionMax * scale, ground + 20, 2 * positionMax * scale, 4);
  for (const end of [-positionMax, positionMax]) cart.fillRect(width / 2 + end * scale - 2, ground, 4, 40);
  cart.fillStyle = phase === "learn" ? color("b") : color("text");
  cart.fillRect(x - 50, ground - 22, 100, 40);
  cart.strokeStyle = color("soft");
  cart.lineWidth = 14;
  cart.lineCap = "round";
  cart.beginPath();
  cart.moveTo(x, ground - 22);
  const length = 2 * halfLength * scale;
  cart.lineTo(x + length * Math.sin(state[2]), ground - 22 - length * Math.cos(state[2]));
  cart.stroke();
  if (action === undefined) return;
  cart.fillStyle = color(action === 1 ? "b" : "a");
  const side = action === 1 ? 1 : -1;
  cart.beginPath();
  cart.moveTo(x + side * 110, ground - 2);
  cart.lineTo(x + side * 64, ground - 22);
  cart.lineTo(x + side * 64, ground + 18);
  cart.fill();
};

const drawScore = ({ lengths, scores }: Training): void => {
  const { width, height } = cleared(score);
  const episodes = Math.max(100, 50 * Math.ceil(lengths.length / 50));
  const [left, right, top, bottom] = [56, width - 10, 14, height - 34];
  const x = (episode: number): number => left + ((right - left) * episode) / episodes;
  const y = (value: number): number => bottom - ((bottom - top) * value) / stepsMax;
  score.strokeStyle = color("line");
  score.fillStyle = color("soft");
  score.lineWidth = 2;
  for (const value of [0, 250, solved]) {
    score.beginPath();
    score.moveTo(left, y(value));
    score.lineTo(right, y(value));
    score.stroke();
    score.textAlign = "right";
    score.fillText(`${value}`, left - 8, y(value) + 8);
  }
  score.textAlign = "center";
  for (const part of [0.5, 1])
    score.fillText(`${episodes * part}`, Math.min(right - 20, x(episodes * part)), height - 8);
  score.fillText("episode", x(episodes * 0.25), height - 8);
  lengths.forEach((length, k) => {
    score.fillRect(x(k + 1) - 2, y(length) - 2, 4, 4);
  });
  score.strokeStyle = color("b");
  score.lineWidth = 4;
  score.beginPath();
  scores.forEach((value, k) => {
    score.lineTo(x(k + 1), y(value));
  });
  score.stroke();
  score.canvas.ariaLabel = `Lengths of episodes: ${lengths.join(", ")}`;
};

const drawSpikes = (): void => {
  const { width, height } = cleared(spikes);
  const shown = history.slice(-kept);
  const column = width / kept;
  spikes.fillStyle = color("line");
  shown.forEach((step, k) => {
    if (step.learns) spikes.fillRect(k * column, 0, column + 1, height);
  });
  spikes.fillRect(0, height / 2 - 1, width, 2);
  for (const [side, name] of (["a", "b"] as const).entries()) {
    spikes.fillStyle = color(name);
    shown.forEach((step, k) => {
      for (const unit of step.spikes) {
        if (Math.floor(unit / sideUnits) === side) spikes.fillRect(k * column, (unit * height) / (2 * sideUnits), 3, 2);
      }
    });
  }
};

/** Mean weight from each place of the state to B minus that to A. */
let preference = new Float32Array(4 * places);
const readPreference = ({ simulation }: Training): void => {
  const [toA, toB] = (["stateToA", "stateToB"] as const).map((name) => simulation.weights(name).read());
  preference = new Float32Array(4 * places);
  for (let place = 0; place < preference.length; place++) {
    let sum = 0;
    for (let unit = 0; unit < excitatoryUnits; unit++) {
      const k = place * excitatoryUnits + unit;
      sum += toB![k]! - toA![k]!;
    }
    preference[place] = sum / excitatoryUnits;
  }
};

const names = ["position", "velocity", "angle", "angular velocity"];
const ranges = [positionMax, 2.5, angleMax, 3.5];

const drawWeights = (state: State): void => {
  const { width, height } = cleared(weights);
  const row = height / 4;
  const largest = preference.reduce((most, value) => Math.max(most, Math.abs(value)), 0.2);
  weights.textAlign = "left";
  for (let k = 0; k < 4; k++) {
    const middle = row * (k + 0.55);
    for (let place = 0; place < places; place++) {
      const value = preference[k * places + place]!;
      const size = (0.38 * row * value) / largest;
      weights.fillStyle = color(value > 0 ? "b" : "a");
      weights.fillRect((place * width) / places, Math.min(middle, middle - size), width / places - 1, Math.abs(size));
    }
    weights.fillStyle = color("line");
    weights.fillRect(0, middle - 1, width, 2);
    weights.fillStyle = color("text");
    weights.fillText(names[k]!, 6, row * k + 24);
    const x = (width * (1 + Math.max(-1, Math.min(1, state[k]! / ranges[k]!)))) / 2;
    weights.beginPath();
    weights.moveTo(x, middle + 3);
    weights.lineTo(x - 9, middle + 19);
    weights.lineTo(x + 9, middle + 19);
    weights.fill();
  }
};

/** Simulated time per time of the clock; infinite at the right end. */
const speedOf = (): number => (Number(speed.value) >= 7 ? Infinity : 2 ** (Number(speed.value) - 1));
const showPace = (): void => {
  const value = speedOf();
  pace.textContent = value === Infinity ? "fastest" : `${value.toFixed(value < 2 ? 1 : 0)} × real time`;
};

let seed = 0;
let training: Training;
let moments: Generator<Moment, never>;
let last: Moment;
let running = true;
let due = 0;
let [worked, worth, readAt] = [0, 0, 0];

const begin = async (): Promise<void> => {
  const former = training as Training | undefined;
  status.textContent = "Compiling …";
  seed++;
  const next = await Training.begin({ seed, teaching: teaching.value as Teaching, onStep: keep });
  former?.simulation.dispose();
  training = next;
  history = [];
  [worked, worth] = [0, 0];
  moments = training.play();
  last = moments.next().value;
  readPreference(training);
};

const advance = (): void => {
  const start = performance.now();
  while (due >= networkSteps && performance.now() - start < budget) {
    last = moments.next().value;
    // If the cart has failed and the episode goes on, the network learns in the steps of the next moment.
    learns = last.phase === "act" && !last.ends && failed(last.state);
    due -= networkSteps;
    worth += networkSteps;
  }
  worked += performance.now() - start;
  if (due >= networkSteps) due = networkSteps;
};

const draw = (now: number): void => {
  drawCart(last);
  drawScore(training);
  drawSpikes();
  if (now - readAt > 1000) {
    readPreference(training);
    readAt = now;
  }
  drawWeights(last.state);
  const cost = worth > 0 ? `${((1000 * worked) / worth).toFixed(0)} µs a step` : "";
  status.textContent = `Seed ${seed}, episode ${last.episode}, step ${last.length}, score ${training.score.toFixed(0)}; ${cost}`;
};

let before = performance.now();
const frame = (now: number): void => {
  const passed = Math.min(100, now - before);
  before = now;
  if (running) {
    const wanted = speedOf();
    due = wanted === Infinity ? 1e9 : due + passed * wanted;
    advance();
    if (wanted === Infinity) due = 0;
    draw(now);
  }
  requestAnimationFrame(frame);
};

play.addEventListener("click", () => {
  running = !running;
  play.textContent = running ? "Pause" : "Play";
});
const restart = (): void => {
  running = false;
  void begin().then(() => {
    running = true;
    play.textContent = "Pause";
  });
};
again.addEventListener("click", restart);
teaching.addEventListener("change", restart);
speed.addEventListener("input", showPace);

showPace();
await begin();
requestAnimationFrame(frame);
