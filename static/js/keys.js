/* A verb with a key: [data-key="F2"] is clicked, or focused if it is a field. A bare letter works outside fields only. */
(() => {
  "use strict";
  const typing = (element) => element.matches("input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]");
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key.length === 1 && typing(event.target)) return;
    const scope = document.querySelector("dialog[open]") ?? document;
    const found = [...scope.querySelectorAll("[data-key]")].find((element) => element.dataset.key.toLowerCase() === event.key.toLowerCase());
    if (!found || found.disabled) return;
    event.preventDefault();
    if (typing(found)) {
      found.focus();
      found.select?.();
    } else {
      found.click();
    }
  });
})();
