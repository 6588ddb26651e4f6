import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigError, ShapeError } from "../errors/errors.ts";
import { CurrentArray, PortSpecs, PotentialArray, SpikeArray } from "./ports.ts";

describe("PortSpecs", () => {
  test("keeps payload and shape", () => {
    expect(new PortSpecs({ payload: "SpikeArray", shape: [2, 3] })).toMatchObject({
      payload: "SpikeArray",
      shape: [2, 3],
    });
  });

  test("reports all problems", () => {
    expect(() => new PortSpecs({ payload: "Spikes", shape: [] } as never)).toThrow(
      new ConfigError([
        {
          path: "PortSpecs.payload",
          message:
            'must be one of SpikeArray, CurrentArray, PotentialArray, JumpArray, SignalArray; received "Spikes". Name the payload.',
        },
        {
          path: "PortSpecs.shape",
          message: "must be a list of sizes such as [1000] or [28, 28]; received []. Give one whole number per axis.",
        },
      ]),
    );
  });
});

describe.each([CurrentArray, PotentialArray])("%o", (Payload) => {
  test("is flat by default", () => {
    expect(new Payload(Float32Array.of(1, 2, 3)).shape).toEqual([3]);
    expect(new Payload(Float32Array.of(1, 2, 3, 4), [2, 2]).shape).toEqual([2, 2]);
  });

  test("refuses a shape of another size", () => {
    expect(() => new Payload(Float32Array.of(1, 2, 3), [2, 2])).toThrow(
      new ShapeError(
        `${Payload.name}.values must contain 4 values for shape [2, 2]; received 3. Give one value per unit.`,
      ),
    );
  });
});

describe("SpikeArray", () => {
  test("from indices and back, for any number of units", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.array(fc.nat({ max: 199 })), (size, given) => {
        const indices = given.filter((unit) => unit < size);
        const spikes = SpikeArray.fromIndices(indices, [size]);
        const distinct = [...new Set(indices)].sort((a, b) => a - b);
        expect(spikes.indices()).toEqual(distinct);
        expect(spikes.count).toBe(distinct.length);
        expect(Array.from({ length: size }, (_, unit) => spikes.has(unit))).toEqual(
          Array.from({ length: size }, (_, unit) => distinct.includes(unit)),
        );
      }),
    );
  });

  test.each([-1, 4, 0.5, Number.NaN])("refuses the index %d", (unit) => {
    expect(() => SpikeArray.fromIndices([unit], [4])).toThrow(
      new ShapeError(`SpikeArray.indices must be from 0 to 3; received ${unit}. Count units from 0.`),
    );
  });

  test("refuses too few words, of either kind", () => {
    expect(() => new SpikeArray(new Uint32Array(1), [33])).toThrow(
      new ShapeError(
        "SpikeArray.bits must contain 2 words of 32 bits for shape [33]; received 1. Give one bit per unit.",
      ),
    );
    expect(() => new SpikeArray(new Uint32Array(2), [33], new Uint32Array(1))).toThrow(
      "SpikeArray.inhibitory must contain 2",
    );
  });

  test("treats units beyond its size as absent", () => {
    expect(SpikeArray.fromIndices([31], [32]).has(32)).toBe(false);
  });
});
