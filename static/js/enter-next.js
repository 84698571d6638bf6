/* A scanner ends with Enter: in a form[data-enter-next] Enter goes on to the next field; in the last one it sends. */
(() => {
  "use strict";
  const FIELD = "input:not([type=hidden], [type=radio]), select, button[type=submit]";
  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("form[data-enter-next]");
    if (!form || event.key !== "Enter" || event.isComposing || !event.target.matches("input, select")) return;
    const fields = [...form.querySelectorAll(FIELD)].filter((field) => field.checkVisibility() && (field === event.target || !field.hasAttribute("data-passed-over")));
    const next = event.target.type === "radio" ? fields.find((field) => event.target.compareDocumentPosition(field) & 4) : fields[fields.indexOf(event.target) + 1];
    if (!next || next.type === "submit") return;
    event.preventDefault();
    next.focus();
  });
})();
