import { type CompileOptions, compile, type Simulation } from "spark-snn";
import type { Image } from "./images.ts";
import { dt, type NetworkOptions, network, pause, rateOf, shown } from "./network.ts";

/** Increase of all rates after an image at which no unit spikes, relative to the first time, and the most such increases. */
const brighter = 0.5;
const trials = 6;
/** The largest rate: a spike in each step, Hz. */
const rateMax = 1000 / dt;

type Network = ReturnType<typeof network>;

export interface DigitsOptions extends NetworkOptions {
  readonly seed?: number;
  readonly backend?: CompileOptions<Network>["backend"];
}

/** Number of spikes of each excitatory unit while an image was shown. */
export type Counts = Uint16Array;

/** A network that sees images, one after the other, and learns from them. */
export class Digits {
  readonly simulation: Simulation<Network>;
  readonly units: number;
  readonly side: number;

  private constructor(simulation: Simulation<Network>, { units, side }: DigitsOptions) {
    this.simulation = simulation;
    this.units = units;
    this.side = side;
  }

  static async create(options: DigitsOptions): Promise<Digits> {
    const { seed = 1, backend = "fastest" } = options;
    return new Digits(await compile(network(options), { dt, seed, backend }), options);
  }

  /** Shows an image, and shows it brighter if no unit spikes. */
  async show({ pixels }: Image, brightness = 1): Promise<Counts> {
    for (let trial = 0; ; trial++) {
      const white = rateOf(this.side) * (brightness + brighter * trial);
      const counts = await this.#present(pixels.map((pixel) => Math.min(pixel * white, rateMax)));
      if (trial === trials || counts.some((count) => count > 0)) return counts;
    }
  }

  async #present(rates: Float32Array): Promise<Counts> {
    const { simulation } = this;
    simulation.set("image.rate", rates);
    const { excitatory } = await simulation.run({ duration: shown, record: { excitatory: { outSpikes: true } } });
    simulation.set("image.rate", 0);
    await simulation.run({ duration: pause });
    // The list of all rates that were ever set would fill the memory.
    simulation.forgetChanges();
    const counts = new Uint16Array(this.units);
    for (const unit of excitatory.outSpikes.units) counts[unit]!++;
    return counts;
  }

  /** Ends all learning: weights and thresholds stay as they are. */
  freeze(): void {
    const { simulation } = this;
    simulation.set("excitatory.thresholdDelta", 0);
    simulation.set("excitatory.thresholdTau", 1e15);
    simulation.set("learned.plasticity.TripletStdp.tripletPotentiation", 0);
    simulation.set("learned.plasticity.TripletStdp.pairDepression", 0);
    simulation.set("learned.plasticity.WeightNormalization.strength", 0);
  }
}
