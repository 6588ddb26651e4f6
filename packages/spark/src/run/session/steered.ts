import type { Calls } from "../calls.ts";
import type { RunRequest } from "../frontend.ts";
import type { Inside } from "../inside.ts";

/** What a session uses of its simulation. */
export interface Steered {
  readonly inside: Inside;
  readonly calls: Calls;
  /** Updates the views of the state. */
  pull(): void | Promise<void>;
  run(request: RunRequest): Promise<object>;
}

/** The checked options of a session. */
export interface SessionRequest {
  /** Inputs and records, with all records of the session. */
  readonly request: RunRequest;
  readonly pace: number | "fastest";
  readonly every: number;
  readonly paused: boolean;
  readonly rewind: number;
  readonly onFrame: ((frame: never) => void | Promise<void>) | undefined;
  /** Checks other records. @throws ConfigError */
  readonly readRecord: (record: unknown) => Promise<RunRequest>;
}
