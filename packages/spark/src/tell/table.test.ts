import { expect, test } from "vitest";
import { between, type Check, field, nonNegative, positive } from "../config/field.ts";
import { AdaptiveLeakySoma } from "../somas/index.ts";
import { fieldMarkdown, fieldTable, markdownTable, portTable, ruleText, stateTable } from "./table.ts";

test("a row for each field, in the order of the declaration", () => {
  const rows = fieldTable(AdaptiveLeakySoma.model);
  expect(rows.map(({ name }) => name)).toEqual(Object.keys(AdaptiveLeakySoma.model.fields));
  expect(rows[2]).toEqual({
    name: "potentialTau",
    default: 20,
    unit: "ms",
    rule: "> 0",
    description: "Membrane time constant.",
  });
});

test("state variables show their start as an expression", () => {
  expect(stateTable(AdaptiveLeakySoma.model).map(({ name, type, start, unit }) => [name, type, start, unit])).toEqual([
    ["potential", "float", "0 mV", "mV"],
    ["age", "int", "round(cooldown/dt) + 1", "1"],
    ["adaptation", "float", "0 mV", "mV"],
  ]);
});

test("ports, inputs first", () => {
  expect(
    portTable(AdaptiveLeakySoma.model).map(({ name, direction, payload }) => `${direction} ${name}: ${payload}`),
  ).toEqual([
    "in current: CurrentArray",
    "in inSpikes: SpikeArray",
    "in jump: JumpArray",
    "out outSpikes: SpikeArray",
    "out potential: PotentialArray",
  ]);
});

test("rules use signs, or words if there is no sign", () => {
  const even: Check = { holds: (n) => n % 2 === 0, requirement: "must be an even number of unit", schema: {} };
  const below: Check = { holds: (n) => n < 3, requirement: "must be below 3 unit", schema: { exclusiveMaximum: 3 } };
  const rule = (...checks: Check[]): string => ruleText(field(0, "ms", "A field.", ...checks));
  expect([
    rule(),
    rule(positive),
    rule(nonNegative),
    rule(between(-1, 1)),
    rule(below),
    rule(nonNegative, even),
  ]).toEqual(["", "> 0", "≥ 0", "−1 … 1", "< 3", "≥ 0, an even number of ms"]);
});

test("Markdown escapes bars in cells", () => {
  expect(markdownTable(["a", "b"], [["x|y", -1]])).toBe("| a | b |\n| --- | --- |\n| x\\|y | −1 |");
  expect(fieldMarkdown(AdaptiveLeakySoma.model).split("\n")).toHaveLength(2 + 8);
});
