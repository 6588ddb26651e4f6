import { expect, test } from "vitest";
import { compileComponent } from "../../src/compile/compile.ts";
import type { Precision } from "../../src/config/parse.ts";
import type { Component } from "../../src/model/component.ts";
import type { Synapse } from "../../src/model/synapse.ts";
import type { Program } from "../../src/program/program.ts";
import { AdaptiveLeakySoma, LeakySoma } from "../../src/somas/index.ts";
import { sources } from "../../src/sources/index.ts";
import { synapses } from "../../src/synapses/index.ts";
import { describeEach, once, partOf } from "./backends.test-support.ts";
import { type AloneCourse, expectBits, spikesOf } from "./both.test-support.ts";
import { receptorOf, spread } from "./receptor.test-support.ts";

interface Kind {
  readonly title: string;
  /** True for units that only hold values. */
  readonly silent?: boolean;
  readonly cases: () => readonly (readonly [Program, AloneCourse])[];
}

type Create<T> = (config: object) => T;

const synapseCase = (
  soma: Create<Component>,
  synapse: Synapse,
  units: number,
  precision: Precision,
): readonly [Program, AloneCourse] => {
  const receptor = receptorOf(synapse, units, 0.5);
  const records = Object.keys(receptor.model.observables).map((known) => ({ name: `it.${known}` }));
  const program = compileComponent(soma({ units: [units] }).build({}, { dt: 0.5 }), {
    precision,
    inputs: {},
    receptors: [receptor],
  });
  return [program, { chunks: [40, 13], records, dues: records.map((_, k) => ({ first: k, every: k + 1, last: 39 })) }];
};

// The table of the library's synapses: a new one is tested by being in it.
const synapseKinds = (Object.entries(synapses) as [string, Create<Synapse>][]).flatMap(([name, create]) => {
  const ways = create({}).model.currentOf === undefined ? [{}] : [{ currentOf: "mean" }, { currentOf: "value" }];
  return ways.flatMap((way) =>
    (["f32", "f64"] as const).map(
      (precision): Kind => ({
        title: `for ${name} in ${precision}${"currentOf" in way ? ` by its ${way.currentOf}` : ""}`,
        cases: once(() =>
          ([LeakySoma, AdaptiveLeakySoma] as Create<Component>[]).flatMap((soma) => [
            synapseCase(soma, create(way), 17, precision),
            synapseCase(soma, create({ ...spread(create({}).model.fields, 33), ...way }), 33, precision),
          ]),
        ),
      }),
    ),
  );
});

const sourceKinds = (Object.entries(sources) as [string, Create<Component>][]).flatMap(([name, create]) =>
  (["f32", "f64"] as const).map(
    (precision): Kind => ({
      title: `for ${name} in ${precision}`,
      silent: name.startsWith("Signal"),
      cases: once(() => {
        const built = create({ units: [70] }).build({}, { dt: 10 });
        const ports = built.model.inputs;
        const spikes = { kind: "rowBit", signed: false } as const;
        const inputs = {
          ...(Object.hasOwn(ports, "inSpikes") && { inSpikes: [spikes, spikes] }),
          ...(Object.hasOwn(ports, "signal") && { signal: [{ kind: "rowUnit" } as const] }),
        };
        // Signals lie between 0 and 1.
        return [[compileComponent(built, { precision, inputs }), { chunks: [16, 5, 16], scale: 1 }]];
      }),
    }),
  ),
);

describeEach(
  "gives the bits of the interpreter",
  ({ listed, engine }) => {
    for (const { title, cases, silent } of [...synapseKinds, ...sourceKinds]) {
      test(title, async () => {
        const tried = partOf(cases(), listed);
        let spikes = 0;
        for (const [program, course] of tried) spikes += spikesOf(await expectBits(engine(), program, course));
        if (silent) expect(spikes).toBe(0);
        else expect(spikes).toBeGreaterThan(5 * tried.length);
      });
    }
  },
  { others: true },
);
