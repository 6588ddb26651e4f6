import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { FileError } from "../errors/errors.ts";
import { somas } from "../run/run.test-support.ts";
import { compile } from "../run/simulate.ts";
import type { Simulation } from "../run/simulation.ts";
import type { Snapshot } from "../run/snapshot.ts";
import type { LeakySoma } from "../somas/leaky.ts";
import { decodeNpz, encodeNpz } from "./npz.ts";
import { loadSnapshot, saveSnapshot } from "./snapshot-file.ts";

const folder = mkdtempSync(join(tmpdir(), "spark-snapshot-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, "state.npz");
const inputs = { current: { ornsteinUhlenbeck: { mean: 300, std: 100, tau: 5 } } } as const;
const record = { potential: true, outSpikes: true } as const;

describe("a snapshot in a file", () => {
  for (const [name, soma] of Object.entries(somas)) {
    for (const dtype of ["f32", "f64"] as const) {
      it(`makes 400 + 600 steps of ${name} in ${dtype} equal 1000, bit for bit`, async () => {
        const fresh = async () =>
          (await compile(soma({ units: [5, 7] }), { dtype })) as unknown as Simulation<ReturnType<typeof LeakySoma>>;
        const whole = await (await fresh()).run({ duration: 1000, inputs, record });
        const begun = await fresh();
        await begun.run({ duration: 400, inputs });
        await saveSnapshot(path, begun.snapshot());
        const loaded = await loadSnapshot(path);
        expect(loaded).toEqual(begun.snapshot());
        const other = await fresh();
        other.restore(loaded);
        const rest = await other.run({ duration: 600, inputs, record });
        expect(rest.potential.values).toEqual(whole.potential.values.slice(400 * 35));
        expect([...rest.outSpikes.steps]).toEqual([...whole.outSpikes.steps].filter((step) => step > 400));
      });
    }
  }

  it("is refused if it is cut or changed anywhere", async () => {
    const simulation = await compile(somas.AdaptiveLeakySoma({ units: [4] }));
    simulation.step({ current: 300 });
    const good = simulation.snapshot();
    await saveSnapshot(path, good);
    const bytes = readFileSync(path);
    const broken = join(folder, "broken.npz");
    const outcome = async (data: Uint8Array): Promise<Snapshot | unknown> => {
      writeFileSync(broken, data);
      return loadSnapshot(broken).catch((error: unknown) => error);
    };
    for (let length = 0; length < bytes.length; length += 13) {
      expect(await outcome(bytes.subarray(0, length)), `cut to ${length}`).toBeInstanceOf(FileError);
    }
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const changed = Uint8Array.from(bytes);
        changed[at]! ^= change;
        const result = await outcome(changed);
        // Dates and versions of a zip do not affect the contents.
        if (!(result instanceof FileError)) expect(result).toEqual(good);
      }),
      { numRuns: 300 },
    );
  });

  it("must contain everything that a snapshot has", async () => {
    const simulation = await compile(somas.LeakySoma());
    await saveSnapshot(path, simulation.snapshot());
    const { metadata, ...state } = decodeNpz(readFileSync(path));
    const text = new TextDecoder().decode(metadata!.data as Uint8Array);
    const refused = async (arrays: Parameters<typeof encodeNpz>[0], message: string): Promise<void> => {
      writeFileSync(path, encodeNpz(arrays));
      await expect(loadSnapshot(path)).rejects.toThrow(message);
      await expect(loadSnapshot(path)).rejects.toThrow(FileError);
    };
    const having = (changed: string) => {
      const data = new TextEncoder().encode(changed);
      return { metadata: { data, shape: [data.length] }, ...state };
    };
    await refused(state, `${path} is not a snapshot: it lacks the bytes "metadata".`);
    await refused(having("{"), 'member "metadata" is not JSON text.');
    await refused(having("null"), "is not from a snapshot.");
    await refused(having(text.replace("spark-snn", "other")), "is not from a snapshot.");
    await refused(having(text.replace('"version":2', '"version":3')), "holds an invalid version; received 3.");
    await refused(having(text.replace('"step":0', '"step":0.5')), "holds an invalid step; received 0.5.");
    await refused(
      having(text.replace('"soma":[1]', '"soma":[]')),
      'holds an invalid populations; received {"soma":[]}.',
    );
    const odd = { data: new Uint8Array(2), shape: [2] };
    await refused({ ...having(text), "soma.extra": odd }, 'member "soma.extra" must be a list of f4, f8 or i4');
    await expect(saveSnapshot(path, {} as never)).rejects.toThrow("the given value is not a snapshot.");
    await expect(loadSnapshot(join(folder, "stat.npz"))).rejects.toThrow("Did you mean");
  });
});
