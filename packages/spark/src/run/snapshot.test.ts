import { describe, expect, it } from "vitest";
import { ConfigError, ShapeError } from "../errors/errors.ts";
import { AdaptiveLeakySoma, LeakySoma } from "../somas/leaky.ts";
import { events, somas } from "./run.test-support.ts";
import { compile } from "./simulate.ts";
import type { Simulation } from "./simulation.ts";
import type { Snapshot } from "./snapshot.ts";

const record = { outSpikes: true, potential: true } as const;
const inputs = {
  current: { sum: [{ ornsteinUhlenbeck: { mean: 300, std: 100, tau: 5 } }, { whiteNoise: { mean: 20, std: 50 } }] },
} as const;
type Some = Simulation<ReturnType<typeof LeakySoma>>;

describe("a snapshot", () => {
  for (const [name, soma] of Object.entries(somas)) {
    for (const dtype of ["f32", "f64"] as const) {
      it(`makes 400 + 600 steps of ${name} in ${dtype} equal 1000, bit for bit, with noise`, async () => {
        const fresh = async (): Promise<Some> =>
          compile(soma({ units: [35] }), { dt: 1, dtype }) as unknown as Promise<Some>;
        const whole = await (await fresh()).run({ duration: 1000, inputs, record });
        const begun = await fresh();
        const first = await begun.run({ duration: 400, inputs, record });
        const snapshot = structuredClone(begun.snapshot());
        for (const simulation of [begun, await fresh()]) {
          if (simulation !== begun) simulation.restore(snapshot);
          const rest = await simulation.run({ duration: 600, inputs, record });
          expect([...events(first.outSpikes), ...events(rest.outSpikes)]).toEqual(events(whole.outSpikes));
          expect([...first.potential.values, ...rest.potential.values]).toEqual([...whole.potential.values]);
          expect(rest.start).toBe(400);
        }
      });
    }
  }

  it("goes on in another backend and in a worker with the same bits", async () => {
    const soma = AdaptiveLeakySoma({ units: [35], thresholdDelta: 2 });
    const begun = await compile(soma);
    await begun.run({ duration: 40, inputs });
    const snapshot = begun.snapshot();
    const expected = await begun.run({ duration: 60, inputs, record });
    for (const options of [{ backend: "interpreter" }, { worker: true }] as const) {
      const other = await compile(soma, options);
      other.restore(snapshot);
      const run = await other.run({ duration: 60, inputs, record });
      expect(run.potential.values).toEqual(expected.potential.values);
      expect(other.snapshot()).toEqual(begun.snapshot());
      other.dispose();
    }
  });

  it("is taken before anything has run, and does not change with what runs after it", async () => {
    const simulation = await compile(LeakySoma({ units: [2] }));
    const snapshot = simulation.snapshot();
    expect(snapshot).toEqual({
      kind: "spark-snn snapshot",
      version: 2,
      model: "LeakySoma",
      populations: { soma: [2] },
      dt: 1,
      dtype: "f32",
      seed: 1,
      step: 0,
      state: { "soma.potential": new Float32Array(2) },
      spikes: [],
      fingerprints: { "populations.soma": expect.stringMatching(/^[0-9a-f]{16}$/) },
    });
    const copy = structuredClone(snapshot);
    simulation.step({ current: 100 });
    simulation.restore(snapshot);
    simulation.step({ current: 100 });
    expect(snapshot).toEqual(copy);
  });

  it("of another simulation, or a damaged one, is refused and changes nothing", async () => {
    const simulation = await compile(AdaptiveLeakySoma({ units: [2, 3] }), { dt: 0.5, seed: 4 });
    simulation.step({ current: 400 });
    const good = simulation.snapshot();
    const state = (changes: object): object => ({ state: { ...good.state, ...changes } });
    const refused = (changes: object, message: string, type: new (...args: never[]) => Error = ConfigError): void => {
      const restore = (): void => simulation.restore({ ...good, ...changes } as Snapshot);
      expect(restore).toThrow(message);
      expect(restore).toThrow(type);
    };
    refused({ kind: "other" }, "snapshot must be a result of snapshot()");
    refused({ version: 3 }, "snapshot.version must be 1 or 2; received 3.");
    refused({ model: "LeakySoma" }, 'snapshot.model must be "AdaptiveLeakySoma"; received "LeakySoma".');
    refused({ dt: 1 }, "snapshot.dt must be 0.5; received 1.");
    refused({ dtype: "f64" }, 'snapshot.dtype must be "f32"; received "f64".');
    refused({ seed: 1 }, "snapshot.seed must be 4; received 1.");
    const soma = (shape: unknown): object => ({ populations: { soma: shape } });
    refused(soma([6]), "snapshot.populations.soma must be [2, 3]; received [6].", ShapeError);
    refused(soma("many"), 'snapshot.populations.soma must be [2, 3]; received "many".', ShapeError);
    refused({ populations: { cells: [6] } }, 'snapshot.populations must be of soma; received ["cells"].');
    refused({ weigths: {} }, 'snapshot.weigths is unknown. Did you mean "weights"?');
    refused({ spikes: 3 }, "snapshot.spikes must be an array; received 3.");
    refused({ step: -1 }, "snapshot.step must be a whole number of at least 0; received -1.");
    refused({ state: null }, "snapshot.state must be an object of arrays; received null.");
    refused(state({ "soma.age": undefined }), 'snapshot.state["soma.age"] must be an Int32Array; received undefined.');
    refused(state({ "soma.age": new Float32Array(6) }), "must be an Int32Array; received a Float32Array.");
    refused(state({ extra: [1] }), 'snapshot.state["extra"] must be a Float32Array or Int32Array; received [1].');
    refused(
      state({ "soma.potential": new Float32Array(5) }),
      "must contain 6 values, one per unit; received 5.",
      ShapeError,
    );
    const { kind, version, populations, spikes, ...rest } = good;
    simulation.restore({ kind, version: 1, units: [2, 3], ...rest } as never);
    expect(simulation.snapshot()).toEqual(good);
    expect([version, populations, spikes]).toEqual([2, { soma: [2, 3] }, []]);
    expect(() => simulation.restore(null as never)).toThrow("snapshot must be a result of snapshot(); received null.");
    expect(simulation.snapshot()).toEqual(good);
  });
});
