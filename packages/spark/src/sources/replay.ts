import type { ConfigOf } from "../model/component.ts";
import { spikeSource } from "../model/spike-source.ts";

const fields = {};

export const SpikeReplay = spikeSource("SpikeReplay", fields, {
  about:
    "Units that spike when they are told to: those of a recording, of a list or a file of events, or what another program sends.",
  step: (x) => ({ spikes: x.inSpikes }),
});

export type SpikeReplayConfig = ConfigOf<typeof fields>;
