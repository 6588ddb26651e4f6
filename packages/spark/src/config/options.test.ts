import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, expectTypeOf, test } from "vitest";
import {
  byDefault,
  choice,
  flag,
  named,
  number,
  oneOf,
  optional,
  options,
  type Read,
  readOptions,
  readSound,
  text,
  time,
  type Written,
  whole,
} from "./options.ts";
import { Place, Site } from "./place.ts";

const declared = {
  size: whole("Units of the ring.", 1),
  speed: byDefault(2, number("Speed.")),
  wrap: flag(true, "Whether the ends meet."),
  label: optional(text("What it is called.")),
  mode: optional(choice("Direction.", ["left", "right"])),
  tau: optional(time("Time constant.")),
};
const ring = options("A ring.", declared);

const siteAt = (...keys: readonly string[]): Site => new Site(new Place(keys, "document"), [], undefined);
const told = ({ issues }: Site): string[] => issues.map(({ path, message }) => `${path} ${message}`);

test("types follow from a declaration", () => {
  expectTypeOf<Written<typeof declared>>().toEqualTypeOf<{
    readonly size: number;
    readonly speed?: number;
    readonly wrap?: boolean;
    readonly label?: string;
    readonly mode?: "left" | "right";
    readonly tau?: number;
  }>();
  expectTypeOf<Read<typeof declared>>().toEqualTypeOf<{
    readonly size: number;
    readonly speed: number;
    readonly wrap: boolean;
    readonly label?: string;
    readonly mode?: "left" | "right";
    readonly tau?: number;
  }>();
});

describe("a reader", () => {
  test("puts defaults in the place of what is left out", () => {
    expect(ring.read({ size: 3 }, siteAt("ring"))).toEqual({ size: 3, speed: 2, wrap: true });
    expect(ring.read({ size: 3, wrap: false, mode: "left" }, siteAt("ring"))).toEqual({
      size: 3,
      speed: 2,
      wrap: false,
      mode: "left",
    });
  });

  test("tells all problems at once, each with its keys", () => {
    const site = siteAt("experiment", "ring");
    const given = { sized: 3, speed: "fast", wrap: 1, label: "", mode: "lefd", tau: -1 };
    expect(ring.read(given, site)).toBeUndefined();
    expect(told(site)).toEqual([
      'experiment.ring.sized is unknown. Did you mean "size"?',
      "experiment.ring.size is missing. Give a number.",
      'experiment.ring.speed must be a finite number; received "fast". Give a number.',
      "experiment.ring.wrap must be true or false; received 1. Leave it out for true.",
      'experiment.ring.label must be a non-empty string; received "". Give one.',
      'experiment.ring.mode must be "left" or "right"; received "lefd". Choose one of these.',
      "experiment.ring.tau must be greater than 0 ms; received -1 ms. Give a time in ms.",
    ]);
    expect(site.issues[0]!.keys).toEqual(["experiment", "ring", "sized"]);
    expect(readSound(declared, given, siteAt("ring"))).toEqual({});
    expect(readOptions(declared, { size: 2 }, siteAt("ring"))).toEqual({ size: 2, speed: 2, wrap: true });
  });

  test("takes exactly one variant", () => {
    const shape = oneOf("shape", "A shape.", { ring, point: options("A point.", {}) });
    expect(shape.read({ ring: { size: 2 } }, siteAt("shape"))).toEqual({
      name: "ring",
      value: { size: 2, speed: 2, wrap: true },
    });
    const site = siteAt("shape");
    for (const wrong of [3, {}, { ring: {}, point: {} }, { rings: {} }, { point: { size: 1 } }])
      shape.read(wrong, site);
    expect(told(site)).toEqual([
      'shape must be a shape; received 3. Write { "ring": { … } } or another.',
      "shape must name one shape; received an object with 0 keys. Known: ring, point.",
      "shape must name one shape; received an object with 2 keys. Known: ring, point.",
      'shape must name one shape; received "rings". Did you mean "ring"?',
      "shape.point.size is unknown. No name is valid here. Remove it.",
    ]);
  });

  test("gives the named entries that have no problems", () => {
    const site = siteAt("rings");
    const rings = named("Rings by name.", ring);
    expect(rings.read({ a: { size: 1 }, "b c": { size: 1 }, d: {} }, site)).toEqual({
      a: { size: 1, speed: 2, wrap: true },
    });
    expect(told(site)).toEqual([
      "rings.b c must be a name of letters and digits that starts with a letter. Rename it.",
      "rings.d.size is missing. Give a number.",
    ]);
  });
});

test("the schema takes what the reader takes", () => {
  const takes = new Ajv2020({ strict: true }).compile(ring.schema);
  const documents = [
    { size: 3 },
    { size: 3, speed: -1, wrap: false, label: "a", mode: "right", tau: 1 },
    {},
    { size: 0 },
    { size: 1.5 },
    { size: 1, speed: "1" },
    { size: 1, wrap: 0 },
    { size: 1, label: "" },
    { size: 1, mode: "up" },
    { size: 1, tau: 0 },
    { size: 1, more: 1 },
  ];
  for (const given of documents) {
    expect(takes(given), JSON.stringify(given)).toBe(ring.read(given, siteAt("ring")) !== undefined);
  }
  expect(ring.schema["properties"]).toMatchObject({ speed: { default: 2 }, wrap: { default: true } });
});
