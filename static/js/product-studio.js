/* The product studio: rows of benefits that are added, moved and removed; the season's fields when there is a season.
   The figures beside the form come from the server, which alone knows the rules; `studio:changed` asks for them again. */
(() => {
  "use strict";
  const studio = document.querySelector("[data-studio]");
  if (!studio) return;
  const list = studio.querySelector("[data-benefits]");
  const blank = studio.querySelector("[data-blank]");
  const total = studio.querySelector("[name=benefits-TOTAL_FORMS]");
  const none = studio.querySelector("[data-none]");
  const rows = () => [...list.querySelectorAll("[data-benefit]")];
  const changed = () => studio.dispatchEvent(new CustomEvent("studio:changed"));

  function renumber() {
    const shown = rows().filter((row) => !row.hidden);
    shown.forEach((row, place) => { row.querySelector("[name$=-ORDER]").value = place + 1; });
    none.hidden = shown.length > 0;
    changed();
  }

  function add() {
    const row = document.createElement("div");
    row.innerHTML = blank.innerHTML.replaceAll("__prefix__", total.value);
    const benefit = row.querySelector("[data-benefit]");
    list.append(benefit);
    total.value = Number(total.value) + 1;
    benefit.querySelector("details").open = true;
    benefit.querySelector("input[type=text]").focus();
    renumber();
  }

  function move(row, way) {
    const shown = rows().filter((one) => !one.hidden);
    const other = shown[shown.indexOf(row) + (way === "up" ? -1 : 1)];
    if (!other) return;
    if (way === "up") other.before(row); else other.after(row);
    renumber();
  }

  function remove(row) {
    row.querySelector("[name$=-DELETE]").checked = true;
    row.hidden = true;
    renumber();
  }

  studio.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add], [data-move], [data-remove]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("[data-benefit]");
    if (button.matches("[data-add]")) add();
    else if (button.matches("[data-remove]")) remove(row);
    else move(row, button.dataset.move);
  });

  studio.addEventListener("input", (event) => {
    const row = event.target.closest("[data-benefit]");
    const shown = row?.querySelector("[data-benefit-name]");
    if (shown && event.target.name.endsWith(`-${shown.dataset.benefitName}`)) shown.textContent = event.target.value;
  });

  const validity = studio.querySelector("[name=validity]");
  const season = () => studio.querySelectorAll("[data-season]").forEach((part) => { part.hidden = validity.value !== "season"; });
  validity.addEventListener("change", season);
  season();
})();
