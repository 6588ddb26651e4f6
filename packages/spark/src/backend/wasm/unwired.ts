import type { SpikesInFlight } from "../../program/machine.ts";
import type { BundlePart } from "../../program/network.ts";

/** The calls of a machine for spikes in transit and weights, without synapses. */
export abstract class Unwired {
  spikesBefore(): SpikesInFlight[] {
    return [];
  }

  setSpikes(): void {}

  parts(): readonly BundlePart[] {
    return [];
  }
}
