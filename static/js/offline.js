/* Registers the service worker and says when the connection goes and comes. */
(() => {
  "use strict";
  if ("serviceWorker" in navigator) addEventListener("load", () => navigator.serviceWorker.register("/sw.js"));
  addEventListener("offline", () => window.tesseraToast(document.body.dataset.sayOffline));
  for (const button of document.querySelectorAll("[data-reload]")) {
    button.addEventListener("click", () => location.reload());
    addEventListener("online", () => location.reload());
  }
})();
