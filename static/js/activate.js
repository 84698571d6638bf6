/* Groups what is typed in fours: [data-group="4"]. Spaces mean nothing to the server. */
(() => {
  "use strict";
  for (const field of document.querySelectorAll("[data-group]")) {
    const size = Number(field.dataset.group);
    field.addEventListener("input", (event) => {
      if (event.isComposing || field.selectionStart !== field.value.length) return;
      const plain = field.value.normalize("NFKC").replace(/[^0-9]/g, "");
      field.value = plain.replace(new RegExp(`(.{${size}})(?=.)`, "g"), "$1 ");
    });
  }
})();
