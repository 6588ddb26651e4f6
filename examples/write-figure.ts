import { mkdir } from "node:fs/promises";
import { basename, dirname, relative } from "node:path";
import { cwd } from "node:process";
import { fileURLToPath } from "node:url";
import { toPng } from "@spark-snn/plot/png";
import { writeAtomic } from "spark-snn/node";

/** Writes a figure as SVG and PNG, and prints where. */
export const writeFigure = async (svg: string, file: URL): Promise<void> => {
  const path = fileURLToPath(file);
  await mkdir(dirname(path), { recursive: true });
  await writeAtomic(path, svg);
  await writeAtomic(path.replace(/svg$/, "png"), toPng(svg));
  console.log(`\nFigure: ${relative(cwd(), path)} and ${basename(path, "svg")}png`);
};
