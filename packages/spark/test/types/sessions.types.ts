import { brain, compile, LeakySoma } from "../../src/entries/index.ts";

/* Frames of a session contain what it records, and nothing else. tsc checks this file; nothing runs it. */

export const population = async (): Promise<number> => {
  const simulation = await compile(LeakySoma({ units: [3] }));
  // @ts-expect-error a misspelt record
  await simulation.start({ record: { potental: true } });
  const session = await simulation.start({
    record: { outSpikes: true },
    onFrame: ({ records, firstStep }) => {
      const count: number = records.outSpikes.count + firstStep;
      void count;
      // @ts-expect-error a variable that is not recorded
      void records.potential;
    },
  });
  // @ts-expect-error a misspelt parameter
  session.set("treshold", -45);
  return session.stepCount;
};

export const network = async (): Promise<void> => {
  const simulation = await compile(brain({ populations: { e: LeakySoma(), i: LeakySoma() } }));
  const session = await simulation.start({
    record: { e: { rate: { bin: 5 } } },
    inputs: { i: { current: 3 } },
    onFrame: async ({ records }) => {
      void records.e.rate.values;
      // @ts-expect-error a population that is not recorded
      void records.i;
    },
  });
  const other = await session.record({ i: { potential: true } });
  for await (const { records } of other) {
    void records.i.potential.values;
    // @ts-expect-error no longer recorded
    void records.e;
  }
  // @ts-expect-error an unknown population
  session.inject("x", [1]);
};
