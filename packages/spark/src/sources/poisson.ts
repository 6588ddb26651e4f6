import { field, nonNegative } from "../config/field.ts";
import { varying } from "../config/series.ts";
import { le, lt, randomBits } from "../expr/verbs.ts";
import type { ConfigOf } from "../model/component.ts";
import { spikeSource } from "../model/spike-source.ts";
import { bound, perStep } from "./chance.ts";

const fields = { rate: varying(field(10, "Hz", "Mean rate of each unit.", nonNegative)) };

export const PoissonSource = spikeSource("PoissonSource", fields, {
  about:
    "Poisson spike trains: in every step each unit spikes with the probability rate·dt, independently of earlier steps. The spikes are the same in single and double precision.",
  rules: (x) => [
    {
      field: "rate",
      holds: le(perStep(x.rate), 1),
      requirement: "must give at most one spike per step",
      remedy: "Use a shorter dt, or PoissonDrive for many trains at once.",
    },
  ],
  step: (x) => ({ spikes: lt(randomBits("spikes"), bound(perStep(x.rate))) }),
});

export type PoissonSourceConfig = ConfigOf<typeof fields>;
