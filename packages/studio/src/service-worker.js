/*
 * Keeps the site, so that it works without a network, and sends it with the headers that give a page threads, which
 * static hosts cannot. The build puts the names of all files and their version here.
 */

const files = __FILES__;
const version = __VERSION__;
const name = `spark-studio-${version}`;

self.addEventListener("install", (event) => {
  const keep = async () => {
    const cache = await caches.open(name);
    // Files whose names contain a hash may come from the cache of the browser; the page itself must be new.
    await cache.addAll(files.map((file) => new Request(file, { cache: file === "./" ? "reload" : "default" })));
    await self.skipWaiting();
  };
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
  const take = async () => {
    const old = (await caches.keys()).filter((key) => key.startsWith("spark-studio-") && key !== name);
    await Promise.all(old.map((key) => caches.delete(key)));
    await self.clients.claim();
  };
  event.waitUntil(take());
});

const isolated = (response) => {
  if (response.status === 0) return response;
  const headers = new Headers(response.headers);
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Embedder-Policy", "require-corp");
  headers.set("Cross-Origin-Resource-Policy", "cross-origin");
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
};

const answer = async (request) => {
  const kept = await caches.match(request.mode === "navigate" ? "./" : request);
  return isolated(kept ?? (await fetch(request)));
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
  event.respondWith(answer(request));
});
