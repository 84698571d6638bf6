/* <button hidden data-share-url data-share-text> appears where the device can share, and opens its own sheet. */
(() => {
  "use strict";
  if (!navigator.share) return;
  for (const button of document.querySelectorAll("[data-share-url]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      navigator.share({ text: button.dataset.shareText, url: button.dataset.shareUrl }).catch(() => {});
    });
  }
})();
