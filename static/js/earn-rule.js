/* The form of an earn rule: fields that the chosen occasion or effect does not use are put away; what stands in them stays.
   The rule in words comes from the server, which alone knows how it is said. */
(() => {
  "use strict";
  const form = document.querySelector("[data-earn-rule]");
  if (!form) return;
  const groups = [["effect", "effects"], ["kind", "kinds"]];

  function show() {
    for (const [name, key] of groups) {
      const chosen = form.elements[name].value;
      for (const part of form.querySelectorAll(`[data-${key}]`)) {
        part.hidden = !part.dataset[key].split(" ").includes(chosen);
      }
    }
  }

  form.addEventListener("change", show);
  show();
})();
