import { parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { expect, test } from "vitest";
import { sweep, sweepCsv, sweepParquet } from "../src/index.ts";

test("the table as Parquet has the rows and types of the sweep", async () => {
  const document = {
    model: { soma: "LeakySoma", units: [3] },
    duration: 50,
    dt: 0.5,
    inputs: { current: 250 },
  };
  const result = await sweep(document, {
    points: [
      { threshold: -45.5 },
      { threshold: -44, "inputs.current": { sine: { amplitude: 9, frequency: 1, offset: 300 } } },
    ],
    seeds: [7, 8],
    measure: ["rate", () => ({ odd: Number.NaN })],
  });
  const bytes = await sweepParquet(result);
  expect(new TextDecoder().decode(bytes.subarray(0, 4))).toBe("PAR1");
  const rows = await parquetReadObjects({ file: bytes.slice().buffer });
  const [heading, ...lines] = sweepCsv(result).trim().split("\n");
  expect(rows).toHaveLength(lines.length);
  expect(Object.keys(rows[0]!).join(",")).toBe(heading);
  expect(rows.map(({ index, seed, threshold }) => [Number(index), Number(seed), threshold])).toEqual([
    [0, 7, -45.5],
    [1, 8, -45.5],
    [2, 7, -44],
    [3, 8, -44],
  ]);
  expect(rows[0]).toMatchObject({ "inputs.current": null, odd: null });
  expect(rows[2]!["inputs.current"]).toBe('{"sine":{"amplitude":9,"frequency":1,"offset":300}}');
  const types = (await parquetMetadataAsync(bytes.slice().buffer)).schema
    .slice(1)
    .map(({ name, type }) => [name, type]);
  expect(Object.fromEntries(types)).toEqual({
    index: "INT64",
    threshold: "DOUBLE",
    "inputs.current": "BYTE_ARRAY",
    seed: "INT64",
    rate_Hz: "DOUBLE",
    odd: "DOUBLE",
  });
  expect(rows.map((row) => row["rate_Hz"])).toEqual(result.rows.map(({ measures }) => measures["rate"]));
});
