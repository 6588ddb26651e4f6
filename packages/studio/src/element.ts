import { readDocumentText } from "./core/files.ts";
import { fragmentOf } from "./core/link.ts";

/*
 * The element <spark-studio src="experiment.json" view="canvas|plots|both">, which shows a running experiment in any
 * page. The studio is in a frame, so that neither page can disturb the styles or the speed of the other.
 */

const views = ["canvas", "plots", "both"];
const home: string = import.meta.url;

const refused = (text: string): HTMLElement => {
  const paragraph = document.createElement("p");
  paragraph.setAttribute("role", "alert");
  paragraph.textContent = text;
  return paragraph;
};

/** Fetches a document. @throws Error with a sentence for the author of the page */
const documentFrom = async (address: string): Promise<string> => {
  let response: Response;
  try {
    response = await fetch(address);
  } catch {
    throw new Error(
      `The experiment ${address} could not be loaded. Check its address, and that its host allows other pages to read it.`,
    );
  }
  if (!response.ok)
    throw new Error(`The experiment ${address} could not be loaded: ${response.status} ${response.statusText}.`);
  return fragmentOf(readDocumentText(await response.text(), `The file ${address}`));
};

class SparkStudio extends HTMLElement {
  static readonly observedAttributes = ["src", "view"];
  /** Grows with each change, so that an answer that arrives late is ignored. */
  #change = 0;

  connectedCallback(): void {
    void this.#show();
  }

  attributeChangedCallback(): void {
    if (this.isConnected) void this.#show();
  }

  async #show(): Promise<void> {
    const change = ++this.#change;
    const shown = await this.#content().catch((error: unknown) => refused((error as Error).message));
    if (change !== this.#change) return;
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    const style = document.createElement("style");
    style.textContent =
      ":host { display: block; height: 480px; } iframe { width: 100%; height: 100%; border: 0; } p { font: 14px/1.4 system-ui, sans-serif; }";
    root.replaceChildren(style, shown);
  }

  async #content(): Promise<HTMLElement> {
    const view = this.getAttribute("view") ?? "both";
    if (!views.includes(view)) {
      return refused(`<spark-studio> has no view "${view}". Give one of ${views.join(", ")}.`);
    }
    const src = this.getAttribute("src");
    if (src === null) return refused("<spark-studio> has no src. Give the address of an experiment.");
    const fragment = await documentFrom(new URL(src, document.baseURI).href);
    const frame = document.createElement("iframe");
    frame.title = "Spark studio";
    frame.allow = "cross-origin-isolated; clipboard-write";
    frame.src = new URL(`index.html?view=${view}${fragment}`, home).href;
    return frame;
  }
}

customElements.define("spark-studio", SparkStudio);
