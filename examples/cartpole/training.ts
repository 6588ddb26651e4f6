import { type CompileOptions, compile, type Simulation } from "spark-snn";
import {
  type Action,
  drawnStart,
  failed,
  positionMax,
  pushed,
  randomNumbers,
  type State,
  stepsMax,
} from "./environment.ts";
import { dt, modulated, network } from "./network.ts";

/** How failures change the weights. */
export interface Protocol {
  /** Modulation of the side that acted wrongly, at the first step after a failure. */
  readonly punishment: number;
  /** Modulation of the other side relative to it. A negative one rewards. */
  readonly opposite: number;
  /** Time constant with which the modulation decays after a failure, ms. */
  readonly decayTau: number;
  /** Modulation at all times of an episode. */
  readonly drift: number;
}

/** The protocol of this example. */
export const protocol: Protocol = { punishment: -2.5, opposite: -0.3, decayTau: 10, drift: 0 };
/** The protocol of Python Spark's tutorial. */
export const reference: Protocol = { punishment: -25, opposite: -0.1, decayTau: 0.5, drift: -1e-4 };

/** Steps of the network for each step of the cart, before each episode and after each failure. */
export const networkSteps = 50;
/** A score at which the task counts as solved. */
export const solved = 475;

/** Whether failures teach the network: rightly, never, or with sides drawn at random. */
export type Teaching = "by failure" | "none" | "shuffled";

export interface TrainingOptions {
  readonly seed: number;
  readonly protocol?: Protocol;
  readonly teaching?: Teaching;
  readonly backend?: CompileOptions<typeof network>["backend"];
  /** Receives the spikes of every step of the network. */
  readonly onStep?: (step: Step) => void;
}

/** A moment of the training: 50 ms of the network. */
export interface Moment {
  /** Before an episode, in it, or after a failure. */
  readonly phase: "rest" | "act" | "learn";
  /** Number of the episode, from 1. */
  readonly episode: number;
  /** Steps of the episode so far. */
  readonly length: number;
  readonly state: State;
  readonly action: Action | undefined;
  /** The running mean of the lengths of the episodes before. */
  readonly score: number;
  /** Whether the episode ends with this moment. */
  readonly ends: boolean;
}

/** The state of the cart as four values from −1 to 1. */
const observed = ([position, velocity, angle, angularVelocity]: State): Float32Array =>
  Float32Array.of(position / positionMax, velocity / 2.5, angle / 0.2095, angularVelocity / 3.5).map((value) =>
    Math.min(1, Math.max(-1, value)),
  );

/** An upright pole at rest in the middle of the track. */
const middle = new Float32Array(4);

/** The push that would have been right before a failure. A cart that left the track upright is pushed back. */
const rightAction = (state: State): Action => {
  const [position, , angle] = observed(state) as unknown as State;
  const upright = Math.abs(position) >= 1 && Math.abs(angle) < 0.05;
  return (upright ? position < 0 : angle > 0) ? 1 : 0;
};

type CartPole = Simulation<typeof network>;
/** What a step of the network returns. */
export type Step = ReturnType<CartPole["step"]>;

/** A network that learns to balance the pole. */
export class Training {
  readonly simulation: CartPole;
  /** The length of each episode so far, and the running score after it. */
  readonly lengths: number[] = [];
  readonly scores: number[] = [];
  readonly #protocol: Protocol;
  readonly #teaching: Teaching;
  readonly #random: () => number;
  readonly #shuffle: () => number;
  readonly #onStep: ((step: Step) => void) | undefined;
  #last: Step | undefined;

  private constructor(
    simulation: CartPole,
    { seed, protocol: own = protocol, teaching = "by failure", onStep }: TrainingOptions,
  ) {
    this.simulation = simulation;
    this.#protocol = own;
    this.#teaching = teaching;
    this.#random = randomNumbers(seed);
    this.#shuffle = randomNumbers(~seed);
    this.#onStep = onStep;
  }

  static async begin(options: TrainingOptions): Promise<Training> {
    const { seed, backend = "fastest" } = options;
    return new Training(await compile(network, { dt, seed, backend }), options);
  }

  /** The running score: 0.8 of the score before and 0.2 of the last length. */
  get score(): number {
    return this.scores.at(-1) ?? 0;
  }

  /** Trains for some episodes. */
  train(episodes: number): void {
    for (const { ends } of this.play()) if (ends && this.lengths.length >= episodes) return;
  }

  /** Trains without an end, 50 ms after another. */
  *play(): Generator<Moment, never> {
    for (;;) yield* this.#episode();
  }

  *#episode(): Generator<Moment, void> {
    const { score } = this;
    const episode = this.lengths.length + 1;
    // The better the score, the smaller the changes.
    const strength = Math.sqrt(Math.max(0, 1 - score / stepsMax));
    const teaches = this.#teaching !== "none";
    let state = drawnStart(this.#random);
    // Training sets modulations without an end.
    this.simulation.forgetChanges();
    this.#advance(middle);
    yield { phase: "rest", episode, length: 0, state, action: undefined, score, ends: false };
    const drift = teaches ? strength * this.#protocol.drift : 0;
    this.#modulate(drift, drift);
    for (let length = 1; ; length++) {
      const before = state;
      this.#advance(observed(before));
      const [left, right] = this.#last!.readouts.action;
      const action = right! > left! ? 1 : 0;
      state = pushed(before, action);
      const fails = failed(state);
      const ends = fails || length === stepsMax;
      if (ends) {
        this.lengths.push(length);
        this.scores.push(0.8 * score + 0.2 * length);
        this.#modulate(0, 0);
      }
      yield { phase: "act", episode, length, state, action, score, ends: ends && !(fails && teaches) };
      if (!ends) continue;
      if (fails && teaches) {
        this.#teach(before, state, strength);
        yield { phase: "learn", episode, length, state, action: undefined, score, ends: true };
      }
      return;
    }
  }

  /** Shows the network the state before the failure, while the weights of both sides change. */
  #teach(before: State, after: State, strength: number): void {
    const { punishment, opposite, decayTau } = this.#protocol;
    const right = this.#teaching === "shuffled" ? (this.#shuffle() < 0.5 ? 0 : 1) : rightAction(after);
    let modulation = strength * punishment;
    for (let step = 0; step < networkSteps; step++) {
      const other = opposite * modulation;
      if (right === 1) this.#modulate(modulation, other);
      else this.#modulate(other, modulation);
      this.#step(step === 0 ? observed(before) : undefined);
      modulation *= Math.exp(-dt / decayTau);
    }
    this.#modulate(0, 0);
  }

  /** Sets the modulation of both sides. */
  #modulate(ofA: number, ofB: number): void {
    for (const [path, value] of Object.entries(modulated(ofA, ofB))) this.simulation.set(path, value);
  }

  #advance(signal: Float32Array): void {
    for (let step = 0; step < networkSteps; step++) this.#step(step === 0 ? signal : undefined);
  }

  #step(signal?: Float32Array): void {
    this.#last = this.simulation.step(signal ? { state: { signal } } : {});
    this.#onStep?.(this.#last);
  }
}
