import { refuse, requireOptions } from "./checks.ts";
import {
  describedGrid,
  gridIssues,
  gridKeys,
  type PopulationGrid,
  refuseRepeat,
  requireEvents,
  type SpikeEvents,
} from "./events.ts";

/**
 * Spike times of each unit, ms, ascending: one array per unit, empty for a silent unit. A spike at step s has the time
 * s·dt.
 * @throws ConfigError for an invalid grid or event, and for a unit that spikes twice in one step; ShapeError for lists
 * of different lengths
 */
export function trainsOf(events: SpikeEvents, options: PopulationGrid = {}): Float64Array[] {
  const where = "trainsOf";
  requireOptions(where, options, gridKeys);
  const grid = describedGrid(where, events, options);
  refuse(gridIssues(where, grid));
  requireEvents(where, events, grid.unitCount, Number.MAX_SAFE_INTEGER);
  const { steps, units } = events;
  const counts = new Uint32Array(grid.unitCount);
  for (let index = 0; index < units.length; index++) counts[units[index]!]!++;
  const trains = Array.from(counts, (count) => new Float64Array(count));
  const filled = new Uint32Array(grid.unitCount);
  const lastSteps = new Float64Array(grid.unitCount);
  for (let index = 0; index < steps.length; index++) {
    const unit = units[index]!;
    const step = steps[index]!;
    if (step === lastSteps[unit]) refuseRepeat(where, events, index);
    lastSteps[unit] = step;
    trains[unit]![filled[unit]!++] = step * grid.dt;
  }
  return trains;
}
