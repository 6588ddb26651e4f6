import type { ConfigOf } from "../model/component.ts";
import { spikeSource } from "../model/spike-source.ts";

const fields = {};

export const SpikeReplay = spikeSource("SpikeReplay", fields, {
  about: "Units that replay given spikes: a recording, a list or file of events, or spikes that another program sends.",
  step: (x) => ({ spikes: x.inSpikes }),
});

export type SpikeReplayConfig = ConfigOf<typeof fields>;
