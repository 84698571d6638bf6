/* The form of an announcement: what the chosen kind or audience does not ask for is put away; what stands in it stays. */
(() => {
  "use strict";
  const form = document.querySelector("[data-announcement]");
  if (!form) return;
  const groups = [["kind", "for-kind", "forKind"], ["audience", "for-audience", "forAudience"]];

  function show() {
    for (const [name, attribute, key] of groups) {
      const chosen = form.elements[name].value;
      for (const part of form.querySelectorAll(`[data-${attribute}]`)) {
        part.hidden = part.dataset[key] !== chosen;
      }
    }
  }

  form.addEventListener("change", show);
  show();
})();
