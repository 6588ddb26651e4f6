import { expect, test } from "vitest";
import { type JsonObject, valueAt } from "../src/core/json.ts";
import { fragmentOf } from "../src/core/link.ts";
import { firstDocument } from "../src/core/templates.ts";
import {
  button,
  downloaded,
  missing,
  node,
  openFiles,
  runTo,
  savedDocument,
  select,
  stepOf,
  visit,
} from "./studio.test-support.ts";

/* What a user does in an experiment: draw inputs, link values, keep changes, learn, write equations, sweep. */

if (missing) console.info(missing);

const small: JsonObject = {
  ...firstDocument,
  model: {
    ...(firstDocument["model"] as JsonObject),
    populations: {
      excitatory: { soma: "RefractoryLeakySoma", units: [80] },
      inhibitory: { soma: "RefractoryLeakySoma", units: [20], inhibitory: true },
    },
  },
};
const opened = async (document: JsonObject): Promise<string> => `index.html${await fragmentOf(document)}`;

test.runIf(missing === undefined)("a current is drawn with the mouse, and acts on the running network", async () => {
  await visit(
    async ({ page, problems }) => {
      await select(page, "inputs.excitatory.current");
      await page.getByLabel("Form", { exact: true }).selectOption("drawn");
      const drawing = page.getByRole("group", { name: /^Drawing of the input/ });
      await drawing.scrollIntoViewIfNeeded();
      const points = drawing.getByRole("button", { name: /^Point/ });
      expect(await points.count()).toBe(3);
      const box = (await drawing.boundingBox())!;
      const at = (x: number, y: number) => ({ x: box.x + x * box.width, y: box.y + y * box.height });
      // A press adds a point, which the pointer then moves.
      const [from, to] = [at(0.5, 0.5), at(0.6, 0.05)];
      await page.mouse.move(from.x, from.y);
      await page.mouse.down();
      await page.mouse.move(to.x, to.y, { steps: 5 });
      await page.mouse.up();
      await expect.poll(() => points.count()).toBe(4);
      const drawn = valueAt(await savedDocument(page), ["inputs", "excitatory", "current"]) as JsonObject;
      const [times, values] = [drawn["times"], drawn["series"]] as [number[], number[]];
      expect(times[2]).toBeCloseTo(600, -1);
      expect(values[2]).toBeGreaterThan(values[1]!);
      await button(page, "Undo").click();
      await expect.poll(() => points.count()).toBe(3);
      await button(page, "Redo").click();
      await points.nth(2).press("Delete");
      await expect.poll(() => points.count()).toBe(3);
      // The change acts on the network that runs: no restart is asked for.
      await expect.poll(() => stepOf(page)).toBeGreaterThan(100);
      expect(await button(page, "Restart to apply").count()).toBe(0);
      expect(problems).toEqual([]);
    },
    { path: await opened(small) },
  );
});

test.runIf(missing === undefined)("one value is linked to many, which follow it", async () => {
  await visit(
    async ({ page, problems }) => {
      await select(page, "populations.excitatory");
      await page.getByRole("button", { name: "Form of Threshold", exact: true }).click();
      await page.getByRole("button", { name: "Link to other values…" }).click();
      await page.getByRole("checkbox", { name: "inhibitory · Threshold" }).check();
      await page.getByRole("checkbox", { name: "inhibitory · Potential rest" }).check();
      await button(page, "Done").click();
      await page.getByText("Linked to inhibitory · Threshold, inhibitory · Potential rest").waitFor();
      const threshold = page.getByRole("textbox", { name: "Threshold", exact: true });
      await threshold.fill("-48");
      await threshold.press("Enter");
      const of = async (): Promise<unknown[]> => {
        const document = await savedDocument(page);
        return [
          ["excitatory", "threshold"],
          ["inhibitory", "threshold"],
          ["inhibitory", "potentialRest"],
        ].map((keys) => valueAt(document, ["model", "populations", ...keys]));
      };
      expect(await of()).toEqual([-48, -48, -48]);
      await button(page, "Undo").click();
      expect((await of())[0]).not.toBe(-48);
      await button(page, "Unlink Threshold").click();
      await threshold.fill("-47");
      await threshold.press("Enter");
      const [own, other] = await of();
      expect([own, other === -47]).toEqual([-47, false]);
      expect(problems).toEqual([]);
    },
    { path: await opened(small) },
  );
});

test.runIf(missing === undefined)("what was changed in a run is kept in the document, also into noise", async () => {
  const noisy: JsonObject = {
    ...small,
    inputs: { excitatory: { current: { whiteNoise: { mean: 150, std: 50 } } } },
  };
  await visit(
    async ({ page, problems }) => {
      await runTo(page, 500);
      await select(page, "populations.excitatory");
      const threshold = page.getByRole("textbox", { name: "Threshold", exact: true });
      await threshold.fill("-49");
      await threshold.press("Enter");
      await button(page, "Inject").first().click();
      const menu = page.getByRole("dialog", { name: "Unit 0 of excitatory" });
      await button(page, "Inject a spike").click();
      await menu.getByRole("button", { name: "Inject", exact: true }).click();
      await button(page, "Close").click();
      await button(page, "Changes").click();
      await page.getByText("Pulse of 1000 pA for 5 ms into unit 0 of excitatory").waitFor();
      await button(page, "Keep in the document").click();
      await page.getByText("The noise of excitatory is a part of a sum now").waitFor();
      await button(page, "Close").click();
      const document = await savedDocument(page);
      expect((document["changes"] as JsonObject[]).map(({ set, inject }) => set ?? inject)).toEqual([
        { "populations.excitatory.threshold": -49 },
        { excitatory: [0] },
      ]);
      expect(valueAt(document, ["inputs", "excitatory", "current", "sum"])).toHaveLength(2);
      // The parameter of the document is the one at the start.
      expect(valueAt(document, ["model", "populations", "excitatory", "threshold"])).toBeUndefined();
      expect(problems).toEqual([]);
    },
    { path: await opened(noisy) },
  );
});

test.runIf(missing === undefined)("weights that learn change on the screen", async () => {
  const learning: JsonObject = {
    name: "Learning",
    model: {
      populations: {
        in: { source: "PoissonSource", units: [40], rate: 40 },
        out: { soma: "RefractoryLeakySoma", units: [20] },
      },
      projections: {
        learned: {
          from: "in",
          to: "out",
          connect: { allToAll: {} },
          weight: 20,
          synapse: { synapse: "ExponentialSynapse", tau: 5 },
          plasticity: { rule: "PairStdp", weightMax: 60, rate: 1, asymmetry: 1.1 },
        },
      },
    },
    duration: 1000,
    dt: 0.5,
    studio: { panels: { weights: { kind: "weights", width: 6 }, matrix: { kind: "matrix", width: 6 } } },
  };
  await visit(
    async ({ page, problems }) => {
      const mean = async (): Promise<number> =>
        Number(
          await page.getByRole("article", { name: "Weights of learned" }).locator(".facts b").nth(1).textContent(),
        );
      const picture = (): Promise<string> =>
        page
          .getByRole("article", { name: "Weight matrix of learned" })
          .locator("canvas")
          .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
      await page.getByRole("slider", { name: /^Pace/ }).fill("1.25");
      await page.getByText("800 synapses").first().waitFor();
      const [first, shown] = [await mean(), await picture()];
      await expect.poll(mean, { timeout: 20_000 }).not.toBe(first);
      await expect.poll(picture).not.toBe(shown);
      expect(problems).toEqual([]);
    },
    { path: await opened(learning) },
  );
});

test.runIf(missing === undefined)("equations are checked while they are typed, and used at once", async () => {
  await visit(
    async ({ page, problems }) => {
      await select(page, "populations.excitatory");
      const model = page.getByLabel("Model", { exact: true });
      await expect.poll(() => model.locator("option", { hasText: "Own equations" }).count()).toBe(1);
      await model.selectOption("equations");
      const lines = page.getByRole("textbox", { name: "Equations", exact: true });
      await lines.waitFor();
      const text = await lines.inputValue();
      expect(text).toMatch(/potential/);
      await lines.fill(`${text}\nthis is no equation`);
      await page.getByRole("button", { name: "1 problem" }).waitFor();
      await lines.fill(text);
      await page.getByRole("button", { name: "1 problem" }).waitFor({ state: "detached" });
      await page.getByRole("button", { name: "Restart to apply" }).or(button(page, "Restart")).first().click();
      const spikes = node(page, "populations.excitatory").getByText(/[1-9][\d.]* Hz/);
      await page.getByRole("slider", { name: /^Pace/ }).fill("1.25");
      await spikes.waitFor();
      const document = await savedDocument(page);
      expect(valueAt(document, ["model", "populations", "excitatory", "name"])).toBe("OwnRefractoryLeakySoma");
      expect(problems).toEqual([]);
    },
    { path: await opened(small) },
  );
});

test.runIf(missing === undefined)("a click in the heat map of a sweep opens its run", async () => {
  await visit(async ({ page, problems }) => {
    await openFiles(page, {
      "neuron.json": JSON.stringify({
        name: "Neuron",
        model: { soma: "LeakySoma", units: [2], potentialReset: -60 },
        duration: 500,
        dt: 0.1,
        inputs: { current: 250 },
      }),
    });
    await select(page, "inputs.current");
    await page.getByRole("button", { name: "Form of Value" }).click();
    await page.getByRole("button", { name: "Sweep…" }).click();
    await page.getByLabel("From").fill("150");
    await page.getByLabel("to", { exact: true }).fill("350");
    await page.getByRole("spinbutton", { name: "values" }).fill("3");
    await page.getByText("The same sweep on a cluster").click();
    expect(await page.getByLabel("Command", { exact: true }).textContent()).toContain(
      "--vary inputs.current=150:350:3",
    );
    const plan = await downloaded(page, () => button(page, "Download the plan").click());
    expect(plan.name).toBe("neuron-plan.jsonl");
    const runs = plan.bytes.toString().trimEnd().split("\n").slice(1);
    expect(runs.map((line) => JSON.parse(line).overrides["inputs.current"])).toEqual([150, 250, 350]);
    await button(page, "Run the sweep").click();
    const cells = page.locator("dialog td button");
    await expect.poll(() => cells.count()).toBe(3);
    expect(await cells.first().textContent()).toBe("0");
    expect(Number(await cells.nth(2).textContent())).toBeGreaterThan(10);
    const shades = await cells.evaluateAll((all) => all.map((one) => getComputedStyle(one).backgroundColor));
    expect(new Set(shades).size).toBe(3);
    await cells.nth(2).click();
    await page.locator("dialog[open]").waitFor({ state: "detached" });
    await button(page, "Pause").waitFor();
    await expect.poll(() => stepOf(page)).toBeGreaterThan(100);
    expect(await savedDocument(page)).toMatchObject({ inputs: { current: 350 } });
    expect(problems).toEqual([]);
  });
});
