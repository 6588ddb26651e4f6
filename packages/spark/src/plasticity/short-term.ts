import { between, field, nonNegative, positive } from "../config/field.ts";
import { add, decay, mul, relax, sub } from "../expr/verbs.ts";
import { plasticity } from "../model/plasticity.ts";
import type { PlasticityConfigOf } from "../model/rule-model.ts";
import { float } from "../model/scope.ts";

const fields = {
  release: field(0.5, "1", "Share of the resources that the first spike uses: U of the source.", between(0, 1)),
  recoveryTau: field(800, "ms", "Time constant with which the resources recover.", positive),
  facilitationTau: field(0, "ms", "Time constant with which facilitation decays. 0: depression only.", nonNegative),
};

export const ShortTermPlasticity = plasticity("ShortTermPlasticity", fields, {
  about:
    "Short-term depression and facilitation: each spike uses a share of the synapse's resources, and the share grows with recent spikes. Tsodyks, Pawelzik and Markram 1998, Neural Comput. 10, 821.",
  pre: () => ({
    resources: float(1, "1", "Share of the resources that is available: x of the source."),
    facilitation: float(0, "1", "Share that the last spike used, decayed."),
  }),
  begin: {
    pre: (x) => ({
      resources: relax(x.pre.resources, 1, x.recoveryTau),
      facilitation: decay(x.pre.facilitation, x.facilitationTau),
    }),
  },
  arrive: (x) => {
    const used = add(x.release, mul(x.pre.facilitation, sub(1, x.release)));
    return {
      amount: mul(x.weight, mul(used, x.pre.resources)),
      pre: { resources: mul(x.pre.resources, sub(1, used)), facilitation: used },
    };
  },
});

export type ShortTermPlasticityConfig = PlasticityConfigOf<typeof fields>;
