/* Forms of a survey: what the chosen kind of answer, skip or occasion does not use is put away; what stands in it stays. */
(() => {
  "use strict";
  const groups = [["kind", "kinds"], ["compare", "compares"], ["verb", "verbs"], ["touch_point", "points"]];

  for (const form of document.querySelectorAll("[data-question], [data-skip], [data-occasion]")) {
    const show = () => {
      for (const [name, key] of groups) {
        const chosen = form.elements[name]?.value;
        if (chosen === undefined) continue;
        for (const part of form.querySelectorAll(`[data-${key}]`)) part.hidden = !part.dataset[key].split(" ").includes(chosen);
      }
    };
    form.addEventListener("change", show);
    show();
  }
})();
