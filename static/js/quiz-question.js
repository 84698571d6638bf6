/* The editor of a quiz question shows what its kind needs: choices, true or false, or a number. */
(() => {
  "use strict";
  const form = document.querySelector("[data-question]");
  const kind = form?.querySelector("[name=kind]");
  if (!kind) return;
  const show = () => {
    for (const part of form.querySelectorAll("[data-kinds]")) part.hidden = !part.dataset.kinds.split(" ").includes(kind.value);
  };
  kind.addEventListener("change", show);
  show();
})();
