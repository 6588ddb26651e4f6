import { mount } from "svelte";
import type { Channel } from "./core/protocol.ts";
import type { StartedEngine } from "./core/session.ts";
import { documentStorage, memoryStore } from "./core/storage.ts";
import { studio } from "./core/studio.ts";
import { firstDocument } from "./core/templates.ts";
import { workspace } from "./core/workspace.ts";
import App from "./view/App.svelte";
import { browserStore } from "./view/shell/store.ts";
import "./view/style.css";

const startEngine = (): StartedEngine => {
  const worker = new Worker(new URL("./engine/worker.ts", import.meta.url), { type: "module" });
  return {
    channel: worker as unknown as Channel,
    onDeath: (listener) => {
      worker.onerror = (event) => listener(event.message);
    },
    terminate: () => worker.terminate(),
  };
};

const threads = globalThis.crossOriginIsolated ? Math.min(4, navigator.hardwareConcurrency || 1) : 1;
const open = studio(firstDocument, startEngine, threads);
const views = ["canvas", "plots", "both"] as const;
const given = new URLSearchParams(location.search).get("view");
/** The part that another page shows in a frame. Such a page keeps no documents, because nobody opened it to work in it. */
const embedded = views.find((view) => view === given);
const storage = documentStorage(embedded ? memoryStore() : browserStore());
const space = workspace(open, storage, Date.now);

mount(App, { target: document.querySelector("#studio")!, props: { studio: open, space, embedded } });

/**
 * Keeps the site for use without a network, and loads it again with threads where the host could not give it any. A page
 * that is already in use is not loaded again; its next visit has threads.
 */
const keepSite = async (): Promise<void> => {
  if (!("serviceWorker" in navigator) || !import.meta.env.PROD) return;
  const loaded = "spark-studio-loaded-again";
  try {
    await navigator.serviceWorker.register("./service-worker.js");
    await navigator.serviceWorker.ready;
  } catch {
    // Without a service worker, the page works with one thread and with a network.
    return;
  }
  const untouched = open.history.log.get().present === 0 && open.session.state.get().status === "empty";
  if (globalThis.crossOriginIsolated || !untouched || sessionStorage.getItem(loaded)) return;
  sessionStorage.setItem(loaded, "yes");
  location.reload();
};

/** Opens the experiment in the address, otherwise the one that was changed last. */
const begin = async (): Promise<void> => {
  if (await space.openLink(location.hash)) {
    open.transport.toggle();
    return;
  }
  const [last] = await storage.list();
  const version = last?.versions[0];
  if (version) space.open(version.document, `Open ${last.name}`, last.files);
};
await begin();
if (!embedded) void keepSite();
addEventListener("hashchange", () => {
  void space.openLink(location.hash).then((opened) => opened && open.transport.toggle());
});
// A page that is closed within a second of a change would otherwise lose it.
addEventListener("visibilitychange", () => void space.keepNow());
