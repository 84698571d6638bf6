/* The counter's keyboard: a scanner may fire at any time, letters are verbs, and nothing is called done but by the server. */
(() => {
  "use strict";
  const BURST = 45; // milliseconds between two characters of a scanner; a hand is slower
  const FIELD = "input:not([type=checkbox], [type=radio], [type=submit], [type=button]), textarea, select, [contenteditable]";
  const root = document.querySelector("[data-counter]");
  if (!root) return;
  const box = () => root.querySelector("[data-box] input[name=q]");
  const unsure = root.querySelector("[data-unsure]");
  let held = "";
  let timer = 0;

  function verb(key) {
    const found = [...document.querySelectorAll("[data-key]")].find((element) => element.dataset.key.toLowerCase() === key.toLowerCase());
    if (key.toLowerCase() === "b") document.querySelector("[data-benefit]")?.focus();
    if (!found || found.disabled) return;
    if (found.matches(FIELD)) {
      found.focus();
      found.select?.();
    } else {
      found.click();
    }
  }

  // Characters typed outside a field: one alone is a verb, a fast row of them is a scan and belongs to the box.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
    const inField = event.target.matches(FIELD);
    // In the box a letter of its own is no question: followed by Enter it is the verb.
    if (event.key === "Enter" && event.target === box() && box().value.trim().length === 1) {
      event.preventDefault();
      event.stopImmediatePropagation();
      const letter = box().value.trim();
      box().value = "";
      verb(letter);
      return;
    }
    if (event.key === "Enter" && held.length > 1) {
      event.preventDefault();
      event.stopImmediatePropagation();
      clearTimeout(timer);
      box().value = held;
      held = "";
      box().form.requestSubmit();
      return;
    }
    if (inField || event.key.length !== 1 || event.key === " ") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    held += event.key;
    clearTimeout(timer);
    timer = setTimeout(() => {
      const typed = held;
      held = "";
      if (typed.length === 1) verb(typed);
      else if (box()) {
        box().value = typed;
        box().focus();
      }
    }, BURST);
  }, true);

  // Enter goes on to the next thing that is still empty; the last Enter sends.
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("[data-enter-goes-on] input")) return;
    const open = next(event.target.form, event.target);
    if (!open) return;
    event.preventDefault();
    open.focus();
  });

  function next(form, from) {
    const fields = [...form.querySelectorAll("input:not([type=hidden])")].filter((field) => field.checkVisibility());
    return fields.slice(fields.indexOf(from) + 1).find((field) => field.name !== "keeps_number" && !field.hasAttribute("data-passed-over") && (field.type === "checkbox" ? !field.checked : !field.value));
  }

  root.addEventListener("input", (event) => {
    const { goesOn, goesAt } = event.target.dataset;
    const length = event.target.value.trim().length;
    if (goesOn && length === Number(goesOn)) goOnUnlessScanned(event.target);
    if (goesAt && /^\s*\d+\s*$/.test(event.target.value) && length === Number(goesAt)) event.target.form.requestSubmit();
  });

  // Four characters typed by hand are enough; a scanner goes on typing, so wait for the end of its row.
  function goOnUnlessScanned(field) {
    const seen = field.value;
    setTimeout(() => {
      if (field.value === seen && document.activeElement === field) next(field.form, field)?.focus();
    }, 2 * BURST);
  }

  root.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const links = [...root.querySelectorAll("[data-matches] a")];
    if (!step || !links.length || event.target.matches("select, [type=number]")) return;
    event.preventDefault();
    const at = links.indexOf(document.activeElement);
    links[(at + step + links.length) % links.length].focus();
  });

  const settle = () => {
    const field = box();
    const wanted = document.querySelector("#stage [data-focus]");
    if (field) field.value = "";
    (wanted ?? field)?.focus();
  };
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id === "stage") settle();
  });
  document.addEventListener("htmx:beforeRequest", () => { unsure.hidden = true; });
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(name, (event) => {
      if (!event.target.closest?.("[data-records]")) return;
      unsure.hidden = false;
      unsure.scrollIntoView({ block: "nearest" });
    });
  }
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) print();
  });
  settle();
})();
