import type { SweepResult } from "./sweep.ts";
import { cellText, columnsFor, type SweepColumn } from "./table.ts";

/** A column of one type. Only the index and the seed are counts; a measure that happens to be whole is not. */
const typed = ({ heading, values }: SweepColumn) => {
  const known = values.filter((value) => value !== undefined && value !== null);
  const all = (kind: string): boolean => known.every((value) => typeof value === kind);
  const isCount = heading === "index" || (heading === "seed" && all("number"));
  const plain = all("number") ? "DOUBLE" : all("boolean") ? "BOOLEAN" : "STRING";
  const type = isCount ? ("INT64" as const) : (plain as "DOUBLE" | "BOOLEAN" | "STRING");
  const data = values.map((value) => {
    if (value === undefined || value === null) return null;
    if (type === "INT64") return BigInt(value as number);
    return type === "STRING" ? cellText(value) : value;
  });
  return { name: heading, data, type, nullable: true };
};

/**
 * The table of a sweep as an Apache Parquet file, with a row for each run, for pandas, Polars, R or DuckDB. The columns are
 * those of `sweepCsv`. A column is text unless all its values are numbers or truth values; missing values are null.
 * @throws ConfigError for anything but the result of a sweep
 */
export const sweepParquet = async (result: Pick<SweepResult, "plan" | "rows" | "columns">): Promise<Uint8Array> => {
  const columns = columnsFor("sweepParquet", result);
  const { parquetWriteBuffer } = await import("hyparquet-writer");
  return new Uint8Array(parquetWriteBuffer({ columnData: columns.map(typed) }));
};
