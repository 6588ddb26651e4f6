import fc from "fast-check";
import { experiment } from "spark-snn";
import { expect, test } from "vitest";
import { catalogue as describeModels } from "../engine/catalogue.ts";
import { copyParts, duplicateParts, partsOfText, pasteParts } from "./clipboard.ts";
import { asNetwork, type Change, changeValue, removeParts, renamePart, renameProblem, togglePin } from "./commands.ts";
import { connection } from "./commands-connect.ts";
import { foldGroup, groupNodes, layOut, moveNodes, ungroup } from "./commands-groups.ts";
import { applyPreset, setModel, setPlasticity, setRule, setSynapse } from "./commands-models.ts";
import { type AddAt, paletteItems } from "./commands-palette.ts";
import { graphOf } from "./graph.ts";
import { type Command, history } from "./history.ts";
import { type JsonObject, objectAt, valueAt } from "./json.ts";
import { firstDocument } from "./templates.ts";

const models = describeModels();
const empty: JsonObject = { name: "New", model: { populations: {} }, duration: 100 };
const sole: JsonObject = {
  model: { soma: "LeakySoma", units: [3], threshold: -45, dt: 0.5, seed: 4 },
  duration: 50,
  inputs: { current: 300 },
  initial: { potential: -60 },
  record: { outSpikes: true },
  changes: [{ at: 20, set: { threshold: -42 } }],
  studio: { positions: { model: [10, 20], "inputs.current": [0, 0] }, pinned: [["model", "threshold"]] },
};

const apply = (document: JsonObject, change: Change | undefined): JsonObject => change!.command.apply(document);
const add = (document: JsonObject, id: string, at: AddAt = {}): JsonObject => {
  const item = paletteItems(document, models, at).find((one) => one.id === id)!;
  expect(item.reason).toBeUndefined();
  return apply(document, item.add());
};
const connect = (document: JsonObject, from: string, to: string, port?: string): JsonObject => {
  const found = connection(document, models, graphOf(document, models), from, to, port);
  if ("reason" in found) throw new Error(found.reason);
  return apply(document, found.change);
};
const why = (document: JsonObject, from: string, to: string, port?: string): string => {
  const found = connection(document, models, graphOf(document, models), from, to, port);
  return "reason" in found ? found.reason : "";
};
const accepted = (document: JsonObject): Promise<unknown> => experiment(document);
const named = (document: JsonObject, section: string): string[] => Object.keys(objectAt(document, "model", section));

test("an empty document becomes a network that runs", async () => {
  const first = add(empty, "soma:RefractoryLeakySoma", { place: { x: 3, y: 7 } });
  expect(objectAt(first, "studio", "positions")["populations.neurons"]).toEqual([0, 10]);
  const second = add(first, "soma:LeakySoma", { from: "populations.neurons", side: "out" });
  expect(objectAt(second, "model", "projections", "neuronsToNeurons2")).toMatchObject({
    from: "neurons",
    to: "neurons2",
    weight: 40,
  });
  const driven = add(second, "drive:poisson", { from: "populations.neurons2", side: "in", port: "synapses" });
  const whole = add(driven, "readout:outSpikes");
  expect(await accepted(whole)).toMatchObject({ kind: "brain" });
});

test("every item of the palette gives a document that is accepted", async () => {
  for (const item of paletteItems(add(empty, "soma:LeakySoma"), models, {})) {
    const document = add(add(empty, "soma:LeakySoma"), item.id);
    // Sources that replay or follow a signal need an input, which the checker says.
    await expect(accepted(document), item.id).resolves.toBeDefined();
  }
});

test("items that lack a target say what to add first", () => {
  const reasons = paletteItems(empty, models, {}).map(({ id, reason }) => [id, reason]);
  expect(reasons).toContainEqual(["drive:poisson", "Add a population of neurons first."]);
  expect(reasons).toContainEqual(["soma:LeakySoma", undefined]);
});

test("a single population becomes the first of a network", async () => {
  const network = asNetwork(sole);
  expect(network).toMatchObject({
    model: { populations: { neurons: { soma: "LeakySoma", units: [3], threshold: -45 } } },
    dt: 0.5,
    seed: 4,
    inputs: { neurons: { current: 300 } },
    initial: { neurons: { potential: -60 } },
    record: { neurons: { outSpikes: true } },
    changes: [{ at: 20, set: { "neurons.threshold": -42 } }],
    studio: {
      positions: { "populations.neurons": [10, 20], "inputs.neurons.current": [0, 0] },
      pinned: [["model", "populations", "neurons", "threshold"]],
    },
  });
  await accepted(network);
  await accepted(add(sole, "source:PoissonSource", { from: "model", side: "in", port: "synapses" }));
});

test("renames everywhere", async () => {
  const full: JsonObject = {
    ...firstDocument,
    record: { excitatory: { outSpikes: true }, weights: { ee: { every: 10 } } },
    initial: { excitatory: { potential: -55 } },
    changes: [{ at: 5, set: { "excitatory.threshold": -41 }, weights: { ee: 3 }, inject: { excitatory: [1] } }],
  };
  const renamed = apply(full, renamePart(full, "populations.excitatory", "pyramidal"));
  expect(JSON.stringify(renamed).replace('"Excitation', "")).not.toMatch(/excitatory/);
  const again = apply(renamed, renamePart(renamed, "projections.ee", "recurrent"));
  expect(again).toMatchObject({ record: { weights: { recurrent: {} } }, changes: [{ weights: { recurrent: 3 } }] });
  await accepted(again);
  expect(renameProblem(full, "populations.excitatory", "ee")).toMatch(/exists already/);
  expect(renameProblem(full, "populations.excitatory", "my cells")).toMatch(/letters and digits/);
  expect(renameProblem(full, "populations.excitatory", "readouts")).toMatch(/special meaning/);
});

test("deletes what depends on a population", async () => {
  const left = apply(firstDocument, removeParts(firstDocument, ["populations.inhibitory"]));
  expect([named(left, "populations"), named(left, "projections"), named(left, "drives")]).toEqual([
    ["excitatory"],
    ["ee"],
    ["noise"],
  ]);
  expect(objectAt(left, "studio", "positions")).not.toHaveProperty("populations.inhibitory");
  await accepted(left);
  const none = apply(firstDocument, removeParts(firstDocument, ["populations.inhibitory", "populations.excitatory"]));
  expect(none["model"]).toEqual({ populations: {} });
  expect(none).not.toHaveProperty("inputs");
  const undriven = apply(firstDocument, removeParts(firstDocument, ["inputs.excitatory.current", "drives.noise"]));
  expect(undriven).not.toHaveProperty("inputs");
  expect(undriven["model"]).not.toHaveProperty("drives");
});

test("duplicates populations with what connects them", async () => {
  const change = duplicateParts(firstDocument, ["populations.excitatory", "populations.inhibitory"])!;
  const doubled = apply(firstDocument, change);
  expect(change.selection).toEqual(["populations.excitatory2", "populations.inhibitory2"]);
  expect(named(doubled, "projections")).toEqual(["ee", "ei", "ie", "ee2", "ei2", "ie2"]);
  expect(objectAt(doubled, "model", "projections", "ie2")).toMatchObject({ from: "inhibitory2", to: "excitatory2" });
  expect(doubled["inputs"]).toEqual({ excitatory: { current: 150 }, excitatory2: { current: 150 } });
  await accepted(doubled);
});

test("pastes into another document from text", async () => {
  const text = JSON.stringify(copyParts(firstDocument, ["populations.excitatory", "projections.ei"]));
  expect(partsOfText("hello")).toBeUndefined();
  const other = add(empty, "soma:LeakySoma");
  const pasted = apply(other, pasteParts(other, partsOfText(text)!));
  // The projection to a population that is not here stays out.
  expect(named(pasted, "projections")).toEqual(["ee"]);
  await accepted(pasted);
});

test("says why a connection cannot be made", () => {
  const document = add(add(firstDocument, "source:PoissonSource"), "readout:outSpikes");
  expect(why(document, "populations.excitatory", "populations.noise2")).toMatch(/makes spikes of its own/);
  expect(why(document, "drives.noise", "populations.noise2")).toMatch(/no synapses/);
  expect(why(document, "drives.noise", "populations.excitatory")).toMatch(/already/);
  expect(why(document, "inputs.excitatory.current", "populations.inhibitory", "synapses")).toMatch(
    /no input for a current/,
  );
  expect(why(document, "readouts.excitatoryRate", "populations.excitatory")).toMatch(/read-out gives values/);
  expect(why(document, "populations.excitatory", "readouts.excitatoryRate")).toMatch(/already/);
  expect(why(document, "populations.excitatory", "drives.noise")).toMatch(/no input/);
  expect(why(document, "populations.excitatory", "populations.inhibitory")).toBe("");
});

test("connects by the kinds of the nodes", async () => {
  let document = connect(firstDocument, "populations.inhibitory", "populations.inhibitory");
  expect(objectAt(document, "model", "projections", "ii")).toMatchObject({
    weight: 160,
    synapse: { tau: 10 },
  });
  document = add(add(document, "source:SignalSource"), "source:PoissonSpiker");
  document = connect(document, "populations.signalSource", "populations.excitatory", "current");
  document = connect(document, "populations.excitatory", "populations.poissonSpiker");
  document = connect(document, "drives.noise", "populations.inhibitory");
  document = connect(document, "inputs.excitatory.current", "populations.inhibitory");
  expect(document).toMatchObject({
    inputs: { inhibitory: { current: 150 } },
    model: {
      drives: { noise: { to: "inhibitory" } },
      signals: {
        signalSourceSignal: { of: "value", scale: 100, to: "excitatory.current" },
        excitatorySignal: { scale: 0.01, to: "poissonSpiker.signal" },
      },
    },
  });
  await accepted(document);
  const neuron = add(document, "neuron:LIFNeuron");
  const inhibited = connect(neuron, "populations.inhibitory", "populations.neurons");
  expect(valueAt(inhibited, ["model", "projections", "in", "to"])).toBe("neurons.inhibitory");
});

test("a change of the model keeps equal parameters and drops what no longer fits", async () => {
  const document = changeValue(["model", "populations", "excitatory", "threshold"], -45, "").apply({
    ...firstDocument,
    record: { excitatory: { potential: true, age: true } },
  });
  const changed = setModel(models, "populations.excitatory", "soma", "LeakySoma").apply(document);
  expect(objectAt(changed, "model", "populations", "excitatory")).toEqual({
    soma: "LeakySoma",
    units: [800],
    threshold: -45,
  });
  expect(changed["record"]).toEqual({ excitatory: { potential: true } });
  await accepted(changed);
  const neuron = setModel(models, "populations.excitatory", "neuron", "LIFNeuron").apply(document);
  await accepted({ ...neuron, record: {} });
  const back = setModel(models, "populations.excitatory", "soma", "IzhikevichSoma").apply(
    connect(neuron, "populations.inhibitory", "populations.excitatory"),
  );
  expect(objectAt(back, "model", "projections", "ie2")).toMatchObject({
    to: "excitatory",
    synapse: { synapse: "ExponentialSynapse", tau: 10 },
  });
  await accepted({ ...back, record: {} });
});

test("presets, synapses, rules and plasticity", async () => {
  const izhikevich = models.somas.find(({ name }) => name === "IzhikevichSoma")!;
  let document = setModel(models, "populations.excitatory", "soma", "IzhikevichSoma").apply(firstDocument);
  document = applyPreset("populations.excitatory", izhikevich, "chattering").apply(document);
  await accepted(document);
  for (const { name } of models.synapses) {
    await accepted(setSynapse(models, ["model", "projections", "ee", "synapse"], name).apply(document));
  }
  for (const rule of ["allToAll", "pairwiseBernoulli", "fixedInDegree", "fixedOutDegree", "fixedTotalNumber"]) {
    await accepted(setRule(models, "projections.ei", rule).apply(document));
  }
  const degree = setRule(models, "projections.ei", "fixedInDegree").apply(document);
  expect(valueAt(degree, ["model", "projections", "ei", "connect"])).toEqual({ fixedInDegree: { inDegree: 80 } });
  const keys = ["model", "projections", "ee", "plasticity"];
  const plastic = setPlasticity(models, keys, "PairStdp", 4).apply(document);
  expect(valueAt(plastic, keys)).toEqual({ rule: "PairStdp", weightMax: 8 });
  await accepted(plastic);
  expect(setPlasticity(models, keys, undefined, 4).apply(plastic)).toEqual(document);
});

test("groups hold their members, and the network stays", () => {
  const change = groupNodes(firstDocument, ["populations.excitatory", "populations.inhibitory"])!;
  const grouped = apply(firstDocument, change);
  expect(objectAt(grouped, "studio", "groups", "group2")).toEqual({});
  expect(objectAt(grouped, "studio", "groups", "group")).toMatchObject({ folded: false });
  const folded = apply(grouped, foldGroup(grouped, graphOf(grouped, models), "groups.group"));
  expect(objectAt(folded, "studio", "groups", "group")["folded"]).toBe(true);
  expect(folded["model"]).toBe(firstDocument["model"]);
  const { positions } = objectAt(apply(folded, ungroup(folded, "groups.group")), "studio");
  expect(positions).toEqual(objectAt(firstDocument, "studio")["positions"]);
  const graph = graphOf(folded, models);
  const moved = moveNodes(folded, graph, new Map([["groups.group", { x: 0, y: 0 }]])).apply(folded);
  expect(objectAt(moved, "studio", "positions")["populations.inhibitory"]).not.toEqual([280, 260]);
});

test("a pinned parameter follows its name, and goes with its part", () => {
  const pinned = togglePin(firstDocument, ["model", "populations", "excitatory", "threshold"]).apply(firstDocument);
  const renamed = apply(pinned, renamePart(pinned, "populations.excitatory", "e"));
  expect(objectAt(renamed, "studio")["pinned"]).toEqual([["model", "populations", "e", "threshold"]]);
  const gone = apply(renamed, removeParts(renamed, ["populations.e"]));
  expect(objectAt(gone, "studio")["pinned"]).toEqual([]);
});

/** Commands of the editor, each chosen by two numbers from what the document has. */
const kinds: readonly ((document: JsonObject, a: number, b: number) => Command | undefined)[] = [
  (document, a) => {
    const items = paletteItems(document, models, {}).filter(({ reason }) => reason === undefined);
    return items[a % items.length]?.add()?.command;
  },
  (document, a, b) => {
    const graph = graphOf(document, models);
    const [from, to] = [a, b].map((k) => graph.nodes[k % graph.nodes.length]?.id ?? "");
    const found = connection(document, models, graph, from!, to!);
    return "change" in found ? found.change.command : undefined;
  },
  (document, a) => {
    const { nodes, edges } = graphOf(document, models);
    const ids = [...nodes.map(({ id }) => id), ...edges.map(({ owner }) => owner)];
    return a % 3 === 0 && ids.length > 0 ? removeParts(document, [ids[a % ids.length]!]).command : undefined;
  },
  (document, a, b) => {
    const ids = graphOf(document, models)
      .nodes.map(({ id }) => id)
      .filter((id) => /^(populations|drives)/.test(id));
    return ids.length > 0 ? renamePart(document, ids[a % ids.length]!, `name${b % 7}`).command : undefined;
  },
  (document, a, b) => {
    const ids = graphOf(document, models).nodes.map(({ id }) => id);
    if (ids.length === 0 || ids.length > 12) return undefined;
    return duplicateParts(document, [ids[a % ids.length]!, ids[b % ids.length]!])?.command;
  },
  (document, a, b) => {
    const graph = graphOf(document, models);
    const ids = graph.nodes.map(({ id }) => id);
    if (ids.length === 0) return undefined;
    return moveNodes(document, graph, new Map([[ids[a % ids.length]!, { x: b, y: a }]]));
  },
  (document) => layOut(document, graphOf(document, models)),
  (document, a, b) => {
    const ids = graphOf(document, models).nodes.map(({ id }) => id);
    return ids.length < 2 ? undefined : groupNodes(document, [ids[a % ids.length]!, ids[b % ids.length]!])?.command;
  },
  (document, a) => {
    const population = graphOf(document, models).nodes.filter(({ kind }) => kind === "population");
    const { id } = population[a % (population.length || 1)] ?? {};
    const { name } = models.somas[a % models.somas.length]!;
    return id === undefined ? undefined : setModel(models, id, "soma", name);
  },
];

test("random commands undo to the start, redo to the end, and keep documents acceptable", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(firstDocument, sole, empty),
      fc.array(fc.tuple(fc.nat(kinds.length - 1), fc.nat(200), fc.nat(200)), { minLength: 1, maxLength: 12 }),
      async (start, steps) => {
        const log = history(start, "Open");
        let count = 0;
        for (const [kind, a, b] of steps) {
          const before = log.document.get();
          const command = kinds[kind]!(before, a, b);
          if (!command || !log.run(command)) continue;
          count++;
          const after = log.document.get();
          const populations = graphOf(after, models).nodes.filter(({ kind: one }) => /population|source/.test(one));
          if (populations.length === 0) continue;
          await accepted(after).catch((error: unknown) => {
            throw new Error(`${command.label}: ${String(error)}\n${JSON.stringify(before)}\n${JSON.stringify(after)}`);
          });
        }
        const end = log.document.get();
        for (let k = 0; k < count; k++) expect(log.undo()).toBe(true);
        expect(log.undo()).toBe(false);
        expect(log.document.get()).toBe(start);
        for (let k = 0; k < count; k++) expect(log.redo()).toBe(true);
        expect(log.document.get()).toBe(end);
      },
    ),
    { numRuns: 60 },
  );
});
