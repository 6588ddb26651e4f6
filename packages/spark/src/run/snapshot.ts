import type { Precision } from "../config/parse.ts";
import { describe, type Shape, sameShape, shapeText, sizeOf } from "../config/shape.ts";
import { ConfigError, ShapeError } from "../errors/errors.ts";
import type { BuiltComponent } from "../model/component.ts";
import type { View } from "../program/machine.ts";

/** Everything that a simulation needs to go on from where it stands. Plain data: it can be cloned, sent and saved. */
export interface Snapshot {
  readonly kind: "spark-snn snapshot";
  readonly version: 1;
  readonly model: string;
  readonly units: Shape;
  /** ms */
  readonly dt: number;
  readonly dtype: Precision;
  readonly seed: number;
  /** Steps done. */
  readonly step: number;
  /** State by name, one value a unit; noises of the inputs have theirs here too. */
  readonly state: Readonly<Record<string, View>>;
}

export type SnapshotIdentity = Omit<Snapshot, "kind" | "version" | "step" | "state">;

/** Name of a state in snapshots and programs. */
export const stateName = (name: string): string => `soma.${name}`;

const ORIGIN = "Restore it into the simulation that it came from.";

/** @throws ConfigError or ShapeError when a snapshot is none, or of another simulation. */
export const checkSnapshot = (snapshot: Snapshot, own: SnapshotIdentity, component: BuiltComponent): void => {
  const fail = (what: string, given: unknown, wanted: string): never => {
    throw new ConfigError({
      path: `snapshot.${what}`,
      message: `must be ${wanted}; received ${describe(given)}. ${ORIGIN}`,
    });
  };
  if (typeof snapshot !== "object" || snapshot === null || snapshot.kind !== "spark-snn snapshot") {
    throw new ConfigError({
      path: "snapshot",
      message: `must be what snapshot() gave; received ${describe(snapshot)}. Give that object, or one from loadSnapshot.`,
    });
  }
  if (snapshot.version !== 1) fail("version", snapshot.version, "1");
  for (const key of ["model", "dt", "dtype", "seed"] as const) {
    if (snapshot[key] !== own[key]) fail(key, snapshot[key], describe(own[key]));
  }
  if (!Array.isArray(snapshot.units) || !sameShape(snapshot.units, own.units)) {
    const received = Array.isArray(snapshot.units) ? shapeText(snapshot.units) : describe(snapshot.units);
    throw new ShapeError(`snapshot.units must be ${shapeText(own.units)}; received ${received}. ${ORIGIN}`);
  }
  if (!Number.isSafeInteger(snapshot.step) || snapshot.step < 0) {
    fail("step", snapshot.step, "a whole number of at least 0");
  }
  if (typeof snapshot.state !== "object" || snapshot.state === null)
    fail("state", snapshot.state, "an object of arrays");
  checkStates(snapshot, component, fail);
};

const checkStates = (
  { state, dtype, units }: Snapshot,
  { model }: BuiltComponent,
  fail: (what: string, given: unknown, wanted: string) => never,
): void => {
  const size = sizeOf(units);
  const floats = dtype === "f64" ? "Float64Array" : "Float32Array";
  for (const [name, variable] of Object.entries(model.state)) {
    const values: unknown = state[stateName(name)];
    const wanted = variable.dtype === "int" ? "Int32Array" : floats;
    if (kindOf(values) !== wanted) fail(`state["${stateName(name)}"]`, values, `a ${wanted}`);
  }
  for (const [name, values] of Object.entries(state)) {
    const path = `state["${name}"]`;
    if (kindOf(values) !== floats && kindOf(values) !== "Int32Array") fail(path, values, `a ${floats} or Int32Array`);
    if (values.length !== size) {
      throw new ShapeError(
        `snapshot.${path} must hold ${size} values, one a unit; received ${values.length}. ${ORIGIN}`,
      );
    }
  }
};

/** Name of a typed array's kind, also of one that came from another window or thread. */
const kindOf = (value: unknown): string | undefined =>
  ArrayBuffer.isView(value)
    ? (value as unknown as { readonly [Symbol.toStringTag]: string })[Symbol.toStringTag]
    : undefined;
