/* <button data-copy="text"> or <button data-copy-from="#id"> copies, and says so. */
(() => {
  "use strict";
  window.tesseraToast = (text) => {
    const toast = document.createElement("div");
    toast.className = "toast";
    toast.textContent = text;
    document.querySelector("[data-toasts]")?.append(toast);
    setTimeout(() => toast.remove(), 6000);
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy], [data-copy-from]");
    if (!button) return;
    const source = button.dataset.copyFrom && document.querySelector(button.dataset.copyFrom);
    const text = source ? (source.value ?? source.textContent).trim() : button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
      window.tesseraToast(document.body.dataset.sayCopied);
    } catch {
      const field = source?.select ? source : null;
      field?.select();
    }
  });
})();
