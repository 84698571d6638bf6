/* Marks every field of a simulation that differs from what is in force, and counts them. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-marks]");
  if (!form) return;
  const told = form.querySelector("[data-marked]");
  const plain = (text) => text.replace(/[,\s]/g, "");
  const differs = (field) => (field.type === "checkbox" ? field.checked : plain(field.value) !== plain(field.dataset.inForce || ""));
  const mark = () => {
    let count = 0;
    form.querySelectorAll(".sim-cell :is(input, select)").forEach((field) => {
      const changed = differs(field);
      field.closest(".sim-cell").classList.toggle("is-changed", changed);
      count += changed ? 1 : 0;
    });
    told.textContent = count ? told.dataset.some.replace("%s", String(count)) : told.dataset.none;
  };
  form.addEventListener("input", mark);
  mark();
})();
