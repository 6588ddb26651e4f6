import fc from "fast-check";
import { expect, test } from "vitest";
import { documentIn, fragmentOf, safeLength } from "./link.ts";
import { firstDocument, templates } from "./templates.ts";

test("a link holds a whole document", async () => {
  const fragment = await fragmentOf(firstDocument);
  expect(fragment.length).toBeLessThan(700);
  expect(await documentIn(fragment)).toEqual(firstDocument);
});

test("links of all templates can be sent by mail", async () => {
  for (const { load } of templates) expect((await fragmentOf(await load())).length).toBeLessThan(safeLength);
});

test("an address without a document has none", async () => {
  for (const fragment of ["", "#", "#top", "#a=b"]) expect(await documentIn(fragment)).toBeUndefined();
});

test("a link that is cut short or changed is refused in words", async () => {
  const fragment = await fragmentOf(firstDocument);
  for (let length = "#experiment=".length + 1; length < fragment.length; length += 17) {
    await expect(documentIn(fragment.slice(0, length))).rejects.toThrow(/^The link (is incomplete|does not contain)/);
  }
  await expect(documentIn("#experiment=%%%")).rejects.toThrow("The link is incomplete");
});

test("a link that would fill the memory is refused", async () => {
  const fragment = await fragmentOf({ zeros: "0".repeat(20 * 2 ** 20) });
  expect(fragment.length).toBeLessThan(50_000);
  await expect(documentIn(fragment)).rejects.toThrow("more than 16 MiB");
});

test("a key that is special in JavaScript stays a key", async () => {
  const document = JSON.parse('{"__proto__": "x"}');
  expect(JSON.stringify(await documentIn(await fragmentOf(document)))).toBe('{"__proto__":"x"}');
});

test("any text in a document returns as it was", async () => {
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string(), fc.string({ unit: "grapheme" })), async (document) => {
      const plain = { ...document };
      expect(await documentIn(await fragmentOf(plain))).toEqual(plain);
    }),
    { numRuns: 50 },
  );
});
