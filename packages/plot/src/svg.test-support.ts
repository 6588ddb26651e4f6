import { expect } from "vitest";

/** The texts of a figure in drawing order. */
export function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>(?:<title>.*?<\/title>)?(.*?)<\/text>/g)].map((match) =>
    match[1]!.replace(/<\/tspan><tspan[^>]*>/g, " ").replace(/<[^>]*>/g, ""),
  );
}

/** The path data of the marks with this name, joined. */
export function pathOf(svg: string, name: string): string {
  const groups = [...svg.matchAll(new RegExp(`class="mark-path role-mark ${name}"[^>]*>(.*?)</g>`, "g"))];
  expect(groups.length, `marks named ${name}`).toBeGreaterThan(0);
  return groups.map((group) => [...group[1]!.matchAll(/ d="([^"]*)"/g)].map((match) => match[1]).join("")).join("");
}

/** Number of strokes of the marks with this name. */
export const strokesOf = (svg: string, name: string): number => pathOf(svg, name).split("M").length - 1;
