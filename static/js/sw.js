/* Keeps static files and the offline page, nothing else. SHELL is written above by core/views/pwa.py. */
"use strict";
const NAME = `tessera-${SHELL.version}`;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll([...SHELL.files, SHELL.offline])).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((name) => name.startsWith("tessera-") && name !== NAME).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match(SHELL.offline)));
  } else if (url.pathname.startsWith(SHELL.static)) {
    event.respondWith(fetch(request).catch(() => caches.match(request)));
  }
});
