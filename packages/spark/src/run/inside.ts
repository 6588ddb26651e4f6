import type { Engine, Machine } from "../program/machine.ts";
import type { Conditions } from "../record/open.ts";
import type { Course } from "./course.ts";
import type { Frontend } from "./frontend.ts";
import type { Settings } from "./options.ts";

/** The parts of a simulation. */
export interface Inside extends Conditions {
  readonly course: Course;
  readonly front: Frontend;
  readonly settings: Settings;
  readonly engine: Engine;
  machine: Machine | undefined;
  /** Whether others may hold views of the machine. */
  stepped: boolean;
}
