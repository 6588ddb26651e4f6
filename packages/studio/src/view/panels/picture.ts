/* A panel as a picture: its canvases one over the other, with its title. */

const margin = 12;

type Box = Readonly<Record<"left" | "top" | "width" | "height", number>>;

/** Draws a text of a panel, with its patch of colour. Texts that are higher than wide run upwards, inside of their box. */
const drawLabel = (context: CanvasRenderingContext2D, part: HTMLElement, { left, top, width, height }: Box): void => {
  const text = part.textContent?.trim() ?? "";
  context.save();
  context.fillStyle = getComputedStyle(part).color;
  if (height > width) {
    context.translate(left + width / 2, top + height / 2);
    context.rotate(-Math.PI / 2);
    context.textAlign = "center";
    context.fillText(text, 0, 4, height);
  } else {
    const patch = part.querySelector("i");
    context.fillText(text, left + (patch ? 15 : 0), top + 12);
    if (patch) {
      context.fillStyle = getComputedStyle(patch).backgroundColor;
      context.fillRect(left, top + 7, 10, 3);
    }
  }
  context.restore();
};

/** The canvases of a panel and its title as a PNG file, in the resolution of the screen. */
export const pictureOf = async (panel: HTMLElement, title: string): Promise<Uint8Array> => {
  const scale = devicePixelRatio;
  const { left, top, width, height } = panel.getBoundingClientRect();
  const canvas = document.createElement("canvas");
  canvas.width = Math.round((width + 2 * margin) * scale);
  canvas.height = Math.round((height + 2 * margin) * scale);
  const context = canvas.getContext("2d")!;
  const style = getComputedStyle(panel);
  context.scale(scale, scale);
  context.fillStyle = style.backgroundColor;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.translate(margin, margin);
  context.fillStyle = style.color;
  context.font = `600 13px ${style.fontFamily}`;
  context.fillText(title, 4, 16);
  context.font = `12px ${style.fontFamily}`;
  for (const part of panel.querySelectorAll<HTMLElement>("canvas, [data-label]")) {
    const place = part.getBoundingClientRect();
    const [x, y] = [place.left - left, place.top - top];
    if (part instanceof HTMLCanvasElement) context.drawImage(part, x, y, place.width, place.height);
    else drawLabel(context, part, { left: x, top: y, width: place.width, height: place.height });
  }
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new Error("The browser cannot make a picture of this size. Make the plot smaller.");
  return new Uint8Array(await blob.arrayBuffer());
};
