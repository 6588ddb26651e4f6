import type { View } from "../backend/backend.ts";
import type { Precision } from "../config/parse.ts";
import { type Shape, sameShape, shapeText } from "../config/shape.ts";
import { ConfigError, ShapeError } from "../errors/errors.ts";

/** Everything that a simulation needs to go on from where it stands. Plain data: it can be cloned, sent and saved. */
export interface Snapshot {
  readonly kind: "spark-snn snapshot";
  readonly version: 1;
  readonly model: string;
  readonly units: Shape;
  readonly dt: number;
  readonly dtype: Precision;
  readonly seed: number;
  /** Steps done. */
  readonly step: number;
  /** State by name, one value a unit. */
  readonly state: Readonly<Record<string, View>>;
}

/** @throws ConfigError or ShapeError when a snapshot is of another simulation. */
export const checkSnapshot = (snapshot: Snapshot, own: Omit<Snapshot, "kind" | "version" | "step" | "state">): void => {
  const fail = (what: string, given: unknown, wanted: unknown): never => {
    throw new ConfigError({
      path: `snapshot.${what}`,
      message: `must be ${wanted}; received ${given}. Restore it into the simulation that it came from.`,
    });
  };
  if (snapshot?.kind !== "spark-snn snapshot") fail("kind", String(snapshot?.kind), '"spark-snn snapshot"');
  if (snapshot.version !== 1) fail("version", snapshot.version, 1);
  for (const key of ["model", "dt", "dtype", "seed"] as const) {
    if (snapshot[key] !== own[key]) fail(key, snapshot[key], own[key]);
  }
  if (!sameShape(snapshot.units, own.units)) {
    throw new ShapeError(
      `snapshot.units must be ${shapeText(own.units)}; received ${shapeText(snapshot.units)}. Restore it into the simulation that it came from.`,
    );
  }
};
