/**
 * How many random networks a test tries: `count`, times the number in the variable SPARK_SNN_GRAPHS. The time that a
 * test may take grows with it.
 */
export const graphs = (count: number): number => Math.ceil(count * factor);
/** ms */
export const graphsTimeout = (time: number): number => time * Math.max(1, factor);

const factor = Number(process.env["SPARK_SNN_GRAPHS"] ?? 1);
