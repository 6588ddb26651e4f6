import { expect, test } from "vitest";
import { catalogue } from "../engine/catalogue.ts";
import { foldGroup, groupNodes } from "./commands-groups.ts";
import { graphOf, problemsAt } from "./graph.ts";
import { groupsOf, pathTo, shownGraph } from "./graph-groups.ts";
import { type JsonObject, withAt } from "./json.ts";
import { actionOf } from "./keyboard.ts";
import { automaticPlaces, boxOf, freePlace, neighbour, placesOf, wirePath, wireWidth } from "./layout.ts";
import { firstDocument } from "./templates.ts";

const models = catalogue();
const graph = graphOf(firstDocument, models);

test("nodes have a title, a model, units and typed ports", () => {
  expect(graph.nodes.map(({ id, kind, subtitle }) => [id, kind, subtitle])).toEqual([
    ["populations.excitatory", "population", "800 × Refractory leaky"],
    ["populations.inhibitory", "population", "200 × Refractory leaky"],
    ["inputs.excitatory.current", "input", "150 pA"],
    ["drives.noise", "drive", "Poisson 200 × 5 Hz"],
  ]);
  expect(graph.nodes[0]!.ports.map(({ id, side, kind }) => `${side} ${id}: ${kind}`)).toEqual([
    "in synapses: spikes",
    "in current: current",
    "out spikes: spikes",
  ]);
});

test("edges have a sign and a strength", () => {
  const edges = graph.edges.map(({ id, sign, strength }) => [id, sign, Number(strength.toFixed(3))]);
  // The strength is the weight times the synapses of a target unit: 4 · 80, 20 · 80, 30 · 20.
  expect(edges).toEqual([
    ["inputs.excitatory.current:to", "excitatory", 0],
    ["projections.ee", "excitatory", 0.2],
    ["projections.ei", "excitatory", 1],
    ["projections.ie", "inhibitory", 0.375],
    ["drives.noise:to", "excitatory", 0],
  ]);
  const negative = withAt(firstDocument, ["model", "projections", "ee", "weight"], -3);
  expect(graphOf(negative, models).edges.find(({ id }) => id === "projections.ee")?.sign).toBe("inhibitory");
  const wide = withAt(firstDocument, ["model", "projections", "ee", "weight"], { normal: { mean: 1, std: 5 } });
  expect(graphOf(wide, models).edges.find(({ id }) => id === "projections.ee")?.sign).toBe("either");
});

test("a document with one population is one node, and broken documents are shown as far as they go", () => {
  const sole: JsonObject = { model: { soma: "LeakySoma", units: [3] }, inputs: { current: 5 } };
  expect(graphOf(sole, models).nodes.map(({ id }) => id)).toEqual(["model", "inputs.current"]);
  const broken: readonly JsonObject[] = [
    {},
    { model: 3 },
    { model: { populations: { a: 1, b: { soma: "Nothing" } }, projections: { x: { from: "a", to: "gone" }, y: [] } } },
    { model: { populations: { a: {} }, signals: { s: { from: 3, to: 4 } }, readouts: { r: { from: ["a", 1] } } } },
  ];
  for (const document of broken) {
    expect(() => placesOf(shownGraph(graphOf(document, models), document), document)).not.toThrow();
  }
});

test("problems stand at their node", () => {
  const problem = { keys: ["model", "projections", "ee", "weight"], path: "", message: "No." };
  const found = graphOf(firstDocument, models, [problem]).edges.filter(({ problems }) => problems.length > 0);
  expect(found.map(({ id }) => id)).toEqual(["projections.ee"]);
  expect(problemsAt([problem], ["model", "projections"])).toEqual([problem]);
});

test("a folded group is one node with the wires of its members, and can be entered", () => {
  const members = ["populations.excitatory", "populations.inhibitory"];
  const grouped = groupNodes(firstDocument, members)!.command.apply(firstDocument);
  const open = shownGraph(graph, grouped);
  expect(open.frames.map(({ nodes }) => nodes)).toEqual([
    ["populations.excitatory", "populations.inhibitory", "inputs.excitatory.current", "drives.noise"],
  ]);
  const folded = foldGroup(grouped, graph, "groups.group").command.apply(grouped);
  expect(shownGraph(graph, folded)).toMatchObject({ nodes: [{ id: "groups.group", units: 1000 }], edges: [] });
  const inside = shownGraph(graph, folded, "groups.group");
  expect([inside.nodes.length, inside.path.map(({ name }) => name)]).toEqual([4, ["group"]]);
  const inner = groupNodes(grouped, ["populations.excitatory"])!.command.apply(grouped);
  expect(pathTo(groupsOf(inner), "populations.excitatory").map(({ name }) => name)).toEqual(["group", "group2"]);
  const half = groupNodes(firstDocument, ["populations.inhibitory"])!.command.apply(firstDocument);
  const one = shownGraph(graph, foldGroup(half, graph, "groups.group").command.apply(half));
  expect(one.edges.filter(({ from, to }) => `${from}${to}`.includes("groups")).map(({ id }) => id)).toEqual([
    "projections.ei",
    "projections.ie",
  ]);
});

test("automatic places do not overlap and follow the wires", () => {
  const places = automaticPlaces(graph, new Set(graph.nodes.map(({ id }) => id)));
  expect(places.get("drives.noise")!.x).toBeLessThan(places.get("populations.excitatory")!.x);
  const boxes = graph.nodes.map((node) => boxOf(node, places.get(node.id)!));
  for (const [k, box] of boxes.entries()) {
    const others = boxes.filter((_, other) => other !== k);
    expect(freePlace(box, others, 0)).toEqual({ x: box.x, y: box.y });
  }
});

test("arrow keys find the node in a direction", () => {
  const places = placesOf(graph, firstDocument);
  const boxes = new Map(graph.nodes.map((node) => [node.id, boxOf(node, places.get(node.id)!)]));
  expect(neighbour(boxes, "populations.excitatory", "down")).toBe("populations.inhibitory");
  expect(neighbour(boxes, "populations.excitatory", "left")).toBe("drives.noise");
  expect(neighbour(boxes, "populations.excitatory", "up")).toBeUndefined();
});

test("wires start and end at their ports", () => {
  for (const to of [
    { x: 300, y: 20 },
    { x: -300, y: 10 },
  ]) {
    const { path } = wirePath({ x: 0, y: 0 }, to, { lane: 1, loop: false });
    expect(path).toMatch(new RegExp(`^M0,0 .* ${to.x},${to.y}$`));
  }
  expect([wireWidth(0), wireWidth(1), wireWidth(9)]).toEqual([1.5, 5.5, 5.5]);
});

test("keys name actions", () => {
  const press = (key: string, keys: Partial<Record<"ctrlKey" | "metaKey" | "shiftKey" | "altKey", boolean>> = {}) =>
    actionOf({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...keys });
  expect([
    press("n"),
    press("z", { ctrlKey: true }),
    press("z", { metaKey: true }),
    press("?", { shiftKey: true }),
  ]).toEqual(["add", "undo", "undo", "shortcuts"]);
  expect(press("Z", { ctrlKey: true, shiftKey: true })).toBe("redo");
  expect(press("ArrowLeft", { shiftKey: true })).toBe("moveLeft");
  expect([press("n", { ctrlKey: true }), press("x"), press("c", { altKey: true })]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
