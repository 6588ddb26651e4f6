import { between, field, nonNegative, positive } from "../config/field.ts";
import { add, decay, min, mul, relax, sub } from "../expr/verbs.ts";
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

const usages = {
  resourceTau: field(750, "ms", "Time constant with which the resources recover: r_tau of Python Spark.", positive),
  usageTau: field(50, "ms", "Time constant with which the usage decays: u_tau.", positive),
  usageIncrement: field(0.45, "1", "Increase of the usage by each arrival: u_scale.", nonNegative),
  usageMax: field(1, "1", "Largest usage. Python Spark has no limit.", positive),
};

export const ResourceUsageRule = plasticity("ResourceUsageRule", usages, {
  about:
    "Short-term plasticity in the form of Python Spark (RUShortTermPlasticity): each spike delivers the product of a usage, which it increases and which decays to zero, and of the resources, which it reduces. Tsodyks, Pawelzik and Markram 1998, Neural Comput. 10, 821; Python Spark 1.2.",
  pre: () => ({
    resources: float(1, "1", "Share of the resources that is available."),
    before: float(1, "1", "The resources at the end of the last step, which a spike uses."),
    usage: float(0, "1", "Share of the resources that a spike uses."),
  }),
  begin: {
    pre: (x) => ({
      before: x.pre.resources,
      resources: relax(x.pre.resources, 1, x.resourceTau),
      usage: decay(x.pre.usage, x.usageTau),
    }),
  },
  arrive: (x) => {
    const usage = min(add(x.pre.usage, x.usageIncrement), x.usageMax);
    // Python Spark adds recovery and use of a step to the resources from before the step.
    const used = mul(usage, x.pre.before);
    return { amount: mul(x.weight, used), pre: { usage, resources: sub(x.pre.resources, used) } };
  },
});

export type ShortTermPlasticityConfig = PlasticityConfigOf<typeof fields>;
export type ResourceUsageRuleConfig = PlasticityConfigOf<typeof usages>;
