import { type Change, experiment, simulate } from "spark-snn";
import { afterEach, expect, test } from "vitest";
import { type Json, type JsonObject, withAt } from "../core/json.ts";
import { type Plots, plotsOf } from "../core/plots.ts";
import type { Channel } from "../core/protocol.ts";
import { recordOf } from "../core/recording.ts";
import { type StudioSession, studioSession } from "../core/session.ts";
import { keepSteered } from "../core/steered.ts";
import { firstDocument } from "../core/templates.ts";
import { serve } from "./engine.ts";

/* The session of the page with a real engine, without a worker. */

const channels: MessageChannel[] = [];
afterEach(() => {
  for (const { port1 } of channels.splice(0)) port1.close();
});

const started = (): StudioSession =>
  studioSession(() => {
    const channel = new MessageChannel();
    channels.push(channel);
    serve(channel.port2 as unknown as Channel);
    return {
      channel: channel.port1 as unknown as Channel,
      onDeath: () => undefined,
      terminate: () => channel.port1.close(),
    };
  }, 1);

const small = withAt(withAt(firstDocument, ["model", "populations", "excitatory", "units"], [80]), ["studio"], {
  panels: { raster: { kind: "raster" }, traces: { kind: "traces", units: [0, 5] } },
}) as JsonObject;

const settled = async (session: StudioSession, document: JsonObject): Promise<void> => {
  session.follow(document, () => undefined);
  await expect
    .poll(() => session.state.get().document === document || session.state.get().restartFor.length > 0)
    .toBe(true);
};

/** Frames may arrive after the answer to a call. */
const advance = async (session: StudioSession, plots: Plots, count: number): Promise<void> => {
  await session.step(count);
  await expect.poll(() => plots.present.get()?.last).toBe(session.state.get().position.step);
};

const set = (document: JsonObject, path: string, value: Json): JsonObject => withAt(document, path.split("."), value);

test("a change in the page gives the bits of the same change in Node", async () => {
  const session = started();
  const plots = plotsOf(session);
  await session.open(small, { record: recordOf(small), paused: true });
  await advance(session, plots, 500);
  const stronger = set(small, "model.populations.excitatory.threshold", -42);
  await settled(session, stronger);
  await advance(session, plots, 300);
  await settled(session, set(set(stronger, "model.drives.noise.poisson.rate", 7), "model.projections.ie.weight", 10));
  await advance(session, plots, 700);
  expect(session.state.get()).toMatchObject({ restartFor: [], notice: undefined, position: { step: 1500 } });

  const changes = (await session.client.call("steered")).changes as unknown as Change[];
  expect(changes.map(({ at }) => at)).toEqual([50, 80]);
  const read = await experiment(small as never, { kind: "brain" });
  const record = { excitatory: { outSpikes: true, potential: { units: [0, 5], every: 2 } } } as const;
  const run = await simulate(read.brain, { ...read.options, duration: 150, record, changes });
  const { spikes, traces } = plots.present.get()!.populations.get("excitatory")!;
  expect(spikes!.count).toBeGreaterThan(50);
  expect(Array.from(spikes!.steps.subarray(0, spikes!.count))).toEqual(Array.from(run.excitatory.outSpikes.steps));
  expect(Array.from(spikes!.units.subarray(0, spikes!.count))).toEqual(Array.from(run.excitatory.outSpikes.units));
  const { rows } = traces.get("potential")!;
  expect(Array.from(rows.values.subarray(0, 2 * rows.count))).toEqual(Array.from(run.excitatory.potential.values));
});

test("other inputs continue the run from its state", async () => {
  const session = started();
  const plots = plotsOf(session);
  await session.open(small, { record: recordOf(small), paused: true });
  await advance(session, plots, 400);
  const step = { sum: [150, { step: { amplitude: 200, from: 40, to: 60 } }] };
  await settled(session, set(small, "inputs.excitatory.current", 350));
  expect(session.state.get().position).toMatchObject({ step: 400, earliest: 400 });
  await advance(session, plots, 200);
  await settled(session, small);
  await advance(session, plots, 400);
  const read = await experiment(set(small, "inputs.excitatory.current", step) as never, { kind: "brain" });
  const run = await simulate(read.brain, {
    ...read.options,
    duration: 100,
    record: { excitatory: { outSpikes: true } },
  });
  const { spikes } = plots.present.get()!.populations.get("excitatory")!;
  expect(Array.from(spikes!.steps.subarray(0, spikes!.count))).toEqual(Array.from(run.excitatory.outSpikes.steps));
});

test("a pulse makes one unit spike, and the run goes on", async () => {
  const session = started();
  const plots = plotsOf(session);
  const silent = set(set(small, "inputs", {}), "model.drives", {});
  await session.open(silent, { record: recordOf(silent), paused: true });
  await advance(session, plots, 100);
  await session.pulse({ population: "excitatory", units: [7], amplitude: 3000, duration: 5 });
  await advance(session, plots, 100);
  await session.inject("inhibitory", [3]);
  await advance(session, plots, 100);
  const { populations } = plots.present.get()!;
  const { steps, units, count } = populations.get("excitatory")!.spikes!;
  expect(count).toBeGreaterThan(0);
  expect(Array.from(units.subarray(0, count)).every((unit) => unit === 7)).toBe(true);
  expect(steps[0]).toBeGreaterThan(100);
  const injected = populations.get("inhibitory")!.spikes!;
  expect([injected.units[0], injected.steps[0]]).toEqual([3, 201]);
});

/** The spikes and traces of the page, and those of a document in Node. */
const inPage = (plots: Plots) => {
  const { spikes, traces } = plots.present.get()!.populations.get("excitatory")!;
  const { rows } = traces.get("potential")!;
  return {
    steps: Array.from(spikes!.steps.subarray(0, spikes!.count)),
    units: Array.from(spikes!.units.subarray(0, spikes!.count)),
    potential: Array.from(rows.values.subarray(0, 2 * rows.count)),
  };
};
const inNode = async (document: JsonObject, duration: number) => {
  const read = await experiment(document as never, { kind: "brain" });
  const record = { excitatory: { outSpikes: true, potential: { units: [0, 5], every: 2 } } } as const;
  const run = await simulate(read.brain, { ...read.options, duration, record });
  const { outSpikes, potential } = run.excitatory;
  return {
    steps: Array.from(outSpikes.steps),
    units: Array.from(outSpikes.units),
    potential: Array.from(potential.values),
  };
};

const keep = async (session: StudioSession): Promise<JsonObject> => {
  const found = (await session.steered())!;
  const made = keepSteered(found.started, found.steered, session.state.get().position.time);
  if ("reason" in made) throw new Error(made.reason);
  expect(made.differs).toBeUndefined();
  return made.command.apply(session.state.get().document!);
};

test("what was changed in a run, kept in the document, repeats the run in Node and in the page", async () => {
  const session = started();
  const plots = plotsOf(session);
  const noisy = set(small, "inputs.inhibitory", {
    current: { sum: [{ ornsteinUhlenbeck: { mean: 100, std: 60, tau: 5 } }] },
  });
  await session.open(noisy, { record: recordOf(noisy), paused: true });
  await advance(session, plots, 300);
  await settled(session, set(noisy, "model.populations.excitatory.threshold", -42));
  await advance(session, plots, 100);
  await session.inject("excitatory", [4, 9]);
  await advance(session, plots, 100);
  let present = set(session.state.get().document!, "inputs.excitatory.current", 220);
  await settled(session, present);
  await advance(session, plots, 100);
  await session.pulse({ population: "excitatory", units: [0, 7], amplitude: 2500.5, duration: 5 });
  await advance(session, plots, 20);
  await session.pulse({ population: "inhibitory", units: [3], amplitude: 900, duration: 8 });
  await advance(session, plots, 180);
  present = set(set(present, "inputs.excitatory.current", 190), "model.projections.ie.weight", 12);
  await settled(session, present);
  await advance(session, plots, 200);
  expect(session.state.get()).toMatchObject({ restartFor: [], notice: undefined, position: { step: 1000 } });

  const kept = await keep(session);
  expect(kept["changes"]).toHaveLength(3);
  expect(kept).toMatchObject({
    model: noisy["model"],
    inputs: { excitatory: { current: { sum: [{ series: [150, 220, 190], times: [0, 50, 80] }, {}] } } },
  });
  const page = inPage(plots);
  expect(page.steps.length).toBeGreaterThan(50);
  expect(await inNode(kept, 100)).toEqual(page);

  // The run goes on from its state, and goes on as the document says.
  await session.adopt(kept);
  expect(session.state.get()).toMatchObject({ document: kept, position: { step: 1000 } });
  await advance(session, plots, 200);
  await settled(session, set(kept, "model.populations.excitatory.threshold", -45));
  await advance(session, plots, 300);
  const twice = await keep(session);
  expect(twice["changes"]).toHaveLength(4);
  expect(await inNode(twice, 150)).toEqual(inPage(plots));

  // The page makes the changes of the document at their steps.
  await session.open(twice, { record: recordOf(twice), paused: true });
  await advance(session, plots, 1500);
  expect(inPage(plots)).toEqual(await inNode(twice, 150));
});

test("a spike that is injected just before a pulse or another input is emitted once, and kept", async () => {
  const session = started();
  const plots = plotsOf(session);
  const silent = set(set(small, "inputs", {}), "model.drives", {});
  await session.open(silent, { record: recordOf(silent), paused: true });
  await advance(session, plots, 100);
  await session.inject("excitatory", [4]);
  await session.pulse({ population: "excitatory", units: [9], amplitude: 100, duration: 5 });
  await session.inject("excitatory", [6]);
  await settled(session, set(silent, "inputs.inhibitory.current", 5));
  // The spikes of the next step can be kept before it.
  const early = await keep(session);
  expect(early["changes"]).toEqual([{ at: 10, inject: { excitatory: [4, 6] } }]);
  await session.adopt(early);
  await advance(session, plots, 100);
  expect(inPage(plots)).toMatchObject({ steps: [101, 101], units: [4, 6] });
  const kept = await keep(session);
  expect(kept["changes"]).toEqual(early["changes"]);
  expect(await inNode(kept, 20)).toEqual(inPage(plots));
  // Going back takes them away.
  await session.inject("excitatory", [1]);
  await session.restart(silent, { record: recordOf(silent), paused: true });
  expect((await session.steered())!.steered.changes).toEqual([]);
});

test("planned changes survive going back, other changes and a restart", async () => {
  const session = started();
  const plots = plotsOf(session);
  const planned: JsonObject = {
    ...small,
    changes: [
      { at: 20, set: { "excitatory.threshold": -44 } },
      { at: 60, inject: { excitatory: [1, 2, 3] }, weights: { ie: 5 } },
    ],
  };
  await session.open(planned, { record: recordOf(planned), paused: true });
  await advance(session, plots, 400);
  await session.seek(100);
  await advance(session, plots, 700);
  expect(inPage(plots)).toEqual(await inNode(planned, 80));
  // Going back before a planned change and changing something keeps the planned one.
  await session.seek(500);
  await settled(session, set(planned, "model.populations.excitatory.potentialReset", -62));
  await advance(session, plots, 300);
  const kept = await keep(session);
  expect((kept["changes"] as JsonObject[]).map(({ at }) => at)).toEqual([20, 50, 60]);
  expect(inPage(plots)).toEqual(await inNode(kept, 80));
  // What is still to come can be edited; what is past needs a restart.
  const later = {
    ...planned,
    changes: [...(planned["changes"] as Json[]), { at: 90, set: { "excitatory.threshold": -50 } }],
  };
  await session.restart(planned, { record: recordOf(planned), paused: true });
  await settled(session, later);
  await advance(session, plots, 1000);
  expect(inPage(plots)).toEqual(await inNode(later, 100));
  session.follow({ ...later, changes: [] }, () => undefined);
  await expect
    .poll(() => session.state.get().restartFor)
    .toEqual(["Changes before the present time act after a restart."]);
});

test("a run to the next spike makes the planned changes on its way", async () => {
  const session = started();
  const plots = plotsOf(session);
  const silent: JsonObject = {
    ...set(set(small, "inputs", {}), "model.drives", {}),
    changes: [{ at: 30, inject: { excitatory: [5] } }],
  };
  await session.open(silent, { record: recordOf(silent), paused: true });
  session.setPace("fastest");
  await session.runToSpike({ population: "excitatory" });

  await expect.poll(() => plots.present.get()?.last).toBe(301);
  expect(inPage(plots)).toMatchObject({ steps: [301], units: [5] });
});

test("an input of another form cannot be kept, and a sentence says which", async () => {
  const session = started();
  const plots = plotsOf(session);
  await session.open(small, { record: recordOf(small), paused: true });
  await advance(session, plots, 100);
  await settled(session, set(small, "inputs.excitatory.current", { sine: { amplitude: 50, frequency: 5 } }));
  await advance(session, plots, 100);
  await expect(keep(session)).rejects.toThrow("The input excitatory.current changed between forms");
});

test("a pulse into a noise current is kept, and a sentence says what differs", async () => {
  const session = started();
  const plots = plotsOf(session);
  const noisy = set(small, "inputs.excitatory.current", { whiteNoise: { mean: 150, std: 50 } });
  await session.open(noisy, { record: recordOf(noisy), paused: true });
  await session.pulse({ population: "excitatory", units: [0], amplitude: 2000, duration: 5 });
  await advance(session, plots, 300);
  const { started: first, steered } = (await session.steered())!;
  const made = keepSteered(first, steered, 30);
  if ("reason" in made) throw new Error(made.reason);
  expect(made.differs).toContain("The noise of excitatory is a part of a sum now");
  const kept = made.command.apply(noisy);
  // White noise has no memory, so a pulse at the start leaves no difference.
  expect(inPage(plots)).toEqual(await inNode(kept, 30));

  // From now on, pulses leave the noise as it is.
  await session.adopt(kept);
  await session.pulse({ population: "excitatory", units: [5], amplitude: 1500, duration: 5 });
  await advance(session, plots, 200);
  expect(inPage(plots)).toEqual(await inNode(await keep(session), 50));
});

test("going back and on gives the same spikes, and a refused value needs another build", async () => {
  const session = started();
  const plots = plotsOf(session);
  await session.open(small, { record: recordOf(small), paused: true });
  await advance(session, plots, 800);
  const spikes = () => {
    const { steps, count } = plots.present.get()!.populations.get("excitatory")!.spikes!;
    return Array.from(steps.subarray(0, count));
  };
  const first = spikes();
  await Promise.all([session.seek(10), session.seek(200), session.seek(300)]);
  expect(session.state.get()).toMatchObject({ position: { step: 300 }, furthest: 800 });
  expect(spikes()).toEqual(first);
  await advance(session, plots, 500);
  expect(spikes()).toEqual(first);
  await session.seek(5000);
  expect(session.state.get().notice).toContain("seek can go to the steps");
  await settled(session, set(small, "model.projections.ee.synapse.tau", 9));
  expect(session.state.get().restartFor[0]).toContain("shared");
  await session.restart(small, { record: recordOf(small), paused: true });
  expect(session.state.get()).toMatchObject({ restartFor: [], position: { step: 0 } });
  await advance(session, plots, 800);
  expect(spikes()).toEqual(first);
});

test("measures what panels show besides records", async () => {
  const session = started();
  const plots = plotsOf(session);
  await session.open(small, { record: recordOf(small), paused: true });
  await advance(session, plots, 5000);
  const { client } = session;
  const { spikes, rate } = plots.present.get()!.populations.get("excitatory")!;
  const events = { steps: spikes!.steps.slice(0, spikes!.count), units: spikes!.units.slice(0, spikes!.count) };
  const statistics = await client.call("intervals", { ...events, dt: 0.1, unitCount: 80, from: 0, to: 500 });
  const counted = statistics.histogram!.counts.reduce((sum, count) => sum + count, statistics.histogram!.above);
  expect(counted).toBe(statistics.intervals);
  expect(statistics.cv).toBeGreaterThan(0);
  const values = Float64Array.from(rate!.values.subarray(0, rate!.count));
  const spectrum = await client.call("spectrum", { values, width: 1 });
  expect(spectrum.power.length).toBe(spectrum.frequencies.length);
  const weights = await client.call("weights", { projection: "ie", rows: 50, columns: 40, bins: 20 });
  expect(weights).toMatchObject({ rows: 50, columns: 40, sources: 200, targets: 80, min: 30, max: 30 });
  expect(weights.histogram.counts.reduce((sum, count) => sum + count)).toBe(weights.synapses);
  const curve = await client.call("curve", { document: small, population: "excitatory" });
  expect(curve.rheobase).toBeCloseTo(200, 0);
  expect(curve.rates.at(-1)).toBeGreaterThan(0);
});

test("a build that is stopped, and an engine that dies, leave a session that opens again", async () => {
  const deaths: ((message: string) => void)[] = [];
  const session = studioSession(() => {
    const channel = new MessageChannel();
    channels.push(channel);
    serve(channel.port2 as unknown as Channel);
    return {
      channel: channel.port1 as unknown as Channel,
      onDeath: (listener) => void deaths.push(listener),
      terminate: () => channel.port1.close(),
    };
  }, 1);
  const building = session.open(small, { record: recordOf(small), paused: true });
  expect(session.state.get().status).toBe("building");
  session.abort();
  await building;
  expect(session.state.get()).toMatchObject({ status: "empty", failure: undefined });
  await session.open(small, { record: recordOf(small), paused: true });
  expect(session.state.get().status).toBe("paused");
  deaths.at(-1)!("out of memory");
  expect(session.state.get()).toMatchObject({ status: "failed" });
  expect(session.state.get().failure!.message).toContain("out of memory");
  await session.open(small, { record: recordOf(small), paused: true });
  expect(session.state.get().status).toBe("paused");
});
