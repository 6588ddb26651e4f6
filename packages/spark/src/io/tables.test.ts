import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FileError, ShapeError } from "../errors/errors.ts";
import { eventsFromCsv, eventsToCsv, traceFromCsv, traceToCsv } from "./tables.ts";

const trace = { steps: [2, 4], units: [0, 7], values: Float32Array.of(-60, -59.9, -58.7, 0.1) };
const traceText = `step,time_ms,unit,potential_mV
2,0.2,0,-60
2,0.2,7,-59.9
4,0.4,0,-58.7
4,0.4,7,0.1
`;

describe("a table of events", () => {
  it("is step, time and unit, with times as people write them", () => {
    const text = [...eventsToCsv({ steps: [1, 3, 3, 7], units: [0, 5, 2, 1] }, { dt: 0.1 })].join("");
    expect(text).toBe("step,time_ms,unit\n1,0.1,0\n3,0.3,5\n3,0.3,2\n7,0.7,1\n");
  });

  it("is read back unchanged, and in pieces", () => {
    const step = fc.integer({ min: 1, max: 1e9 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(step, fc.nat())),
        fc.nat(),
        fc.double({ min: 1e-3, max: 10, noNaN: true }),
        (list, cut, dt) => {
          const steps = list.map(([s]) => s);
          const units = list.map(([, u]) => u);
          const at = cut % (list.length + 1);
          const text = [
            ...eventsToCsv({ steps: steps.slice(0, at), units: units.slice(0, at) }, { dt }),
            ...eventsToCsv({ steps: steps.slice(at), units: units.slice(at) }, { dt, header: false }),
          ].join("");
          const back = eventsFromCsv(text, { dt });
          expect([...back.steps]).toEqual(steps);
          expect([...back.units]).toEqual(units);
        },
      ),
    );
  });

  it("is divided into chunks if it is long", () => {
    const steps = Int32Array.from({ length: 50_000 }, (_, i) => i + 1);
    const chunks = [...eventsToCsv({ steps, units: steps }, { dt: 0.5 })];
    expect(chunks.length).toBeGreaterThan(5);
    expect(eventsFromCsv(chunks.join("")).times[49_999]).toBe(25_000);
  });

  it("may be empty", () => {
    expect([...eventsToCsv({ steps: [], units: [] }, { dt: 1 })]).toEqual(["step,time_ms,unit\n"]);
    expect(eventsFromCsv("step,time_ms,unit\n").steps).toHaveLength(0);
  });

  it.each([
    [{ steps: [0], units: [0] }, 1, FileError, "eventsToCsv.steps[0] must be a whole number from 1; received 0."],
    [
      { steps: [1, 1.5], units: [0, 0] },
      1,
      FileError,
      "eventsToCsv.steps[1] must be a whole number from 1; received 1.5.",
    ],
    [{ steps: [1], units: [-1] }, 1, FileError, "eventsToCsv.units[0] must be a whole number from 0; received -1."],
    [{ steps: [1], units: [] }, 1, ShapeError, "received 1 step and 0 units."],
    [{ steps: [], units: [] }, 0, FileError, "dt must be greater than 0 ms and finite; received 0 ms."],
    [{ steps: [], units: [] }, Number.NaN, FileError, "received NaN ms."],
  ])("is not written in case %#", (events, dt, kind, message) => {
    expect(() => [...eventsToCsv(events, { dt })]).toThrow(kind);
    expect(() => [...eventsToCsv(events, { dt })]).toThrow(message);
  });

  it.each([
    ["step,time_ms,unit\n0,0,0\n", {}, 'x.csv line 2 column "step" must be a whole number from 1; received 0.'],
    [
      "step,time_ms,unit\n1,1,0\n2.5,2,0\n",
      {},
      'x.csv line 3 column "step" must be a whole number from 1; received 2.5.',
    ],
    ["step,time_ms,unit\n1,1,-1\n", {}, 'x.csv line 2 column "unit" must be a whole number from 0; received -1.'],
    [
      "step,time_ms,unit\n1,0.1,0\n2,0.3,0\n",
      { dt: 0.1 },
      'x.csv line 3 column "time_ms" must be 0.2 ms, step 2 of 0.1 ms; received 0.3 ms.',
    ],
    ["step,time,unit\n1,1,0\n", {}, 'received "time_ms". Its columns are "step", "time", "unit". Did you mean "time"?'],
    ["", {}, "x.csv is empty."],
  ])("is not read in case %#", (text, options, message) => {
    expect(() => eventsFromCsv(text, { ...options, name: "x.csv" })).toThrow(FileError);
    expect(() => eventsFromCsv(text, { ...options, name: "x.csv" })).toThrow(message);
  });
});

describe("a table of samples", () => {
  it("has a line for each step and unit", () => {
    expect([...traceToCsv(trace, { dt: 0.1 })].join("")).toBe(traceText);
  });

  it("is read back unchanged, bit for bit in 32 and 64 bits, and in pieces", () => {
    const finite = { noNaN: true, noDefaultInfinity: true };
    const shape = fc.tuple(
      fc.uniqueArray(fc.integer({ min: 1, max: 1e6 }), { maxLength: 6 }),
      fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 4 }),
    );
    fc.assert(
      fc.property(
        shape,
        fc.infiniteStream(fc.double(finite)),
        fc.boolean(),
        fc.nat(),
        ([unsorted, units], source, single, cut) => {
          const steps = unsorted.sort((a, b) => a - b);
          const numbers = Array.from({ length: steps.length * units.length }, () => source.next().value as number);
          const bounded = numbers.map((x) => Math.max(-3e38, Math.min(3e38, x)));
          const values = single ? Float32Array.from(bounded) : Float64Array.from(bounded);
          const at = cut % (steps.length + 1);
          const text = [
            ...traceToCsv(
              { steps: steps.slice(0, at), units, values: values.slice(0, at * units.length) },
              { dt: 0.1 },
            ),
            ...traceToCsv(
              { steps: steps.slice(at), units, values: values.slice(at * units.length) },
              { dt: 0.1, header: false },
            ),
          ].join("");
          const back = traceFromCsv(text, { dt: 0.1 });
          expect([...back.steps]).toEqual(steps);
          expect([...back.units]).toEqual(steps.length === 0 ? [] : units);
          expect(single ? Float32Array.from(back.values) : back.values).toEqual(values);
        },
      ),
    );
  });

  it("uses the given name of the column", () => {
    const text = [...traceToCsv(trace, { dt: 0.1, column: "adaptation_mV" })].join("");
    expect(text).toMatch(/^step,time_ms,unit,adaptation_mV\n/);
    expect(traceFromCsv(text, { column: "adaptation_mV" }).times).toEqual(Float64Array.of(0.2, 0.4));
  });

  it("is not written with values that are not steps × units, or not finite", () => {
    expect(() => [...traceToCsv({ ...trace, units: [0] }, { dt: 1 })]).toThrow(ShapeError);
    const values = Float64Array.of(0, 0, Number.NaN, 0);
    expect(() => [...traceToCsv({ ...trace, values }, { dt: 1 })]).toThrow(
      "traceToCsv.values must be finite at step 4 of unit 0; received NaN.",
    );
  });

  it.each([
    ["4,0.4,7,0.1\n", "", "x.csv ends at line 4 with 1 of 2 units of step 4."],
    ["4,0.4,0,", "4,0.4,3,", "x.csv line 4 must contain step 4, time 0.4 ms, unit 0; received 4, 0.4 ms, 3."],
    ["4,0.4,7,", "5,0.5,7,", "x.csv line 5 must contain step 4, time 0.4 ms, unit 7; received 5, 0.5 ms, 7."],
    ["2,0.2,7,", "2,0.2,0,", "x.csv line 3 repeats unit 0 of step 2; first on line 2."],
    ["4,0.4,0,-58.7\n4,0.4,7", "1,0.1,0,-58.7\n1,0.1,7", "x.csv line 4 must begin a later step than 2; received 1."],
    ["-59.9", "", 'x.csv line 3 column "potential_mV" is empty.'],
  ])("is not read with %j replaced by %j", (from, to, message) => {
    const text = traceText.replace(from, to);
    expect(() => traceFromCsv(text, { name: "x.csv" })).toThrow(FileError);
    expect(() => traceFromCsv(text, { name: "x.csv" })).toThrow(message);
  });

  it("is complete or refused after every truncation", () => {
    for (let length = 0; length < traceText.length; length++) {
      try {
        const { steps, units, values } = traceFromCsv(traceText.slice(0, length));
        expect(values.length).toBe(steps.length * units.length);
      } catch (error) {
        expect(error).toBeInstanceOf(FileError);
      }
    }
  });
});
