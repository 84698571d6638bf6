/* Switches light and dark without a reload; the server keeps the choice in a cookie. */
(() => {
  "use strict";
  for (const form of document.querySelectorAll("[data-theme-switch]")) {
    form.addEventListener("submit", (event) => {
      const theme = event.submitter?.value;
      if (!theme) return;
      event.preventDefault();
      const body = new URLSearchParams(new FormData(form));
      body.set("theme", theme);
      fetch(form.action, { method: "POST", body, redirect: "manual" }).then(() => {
        document.documentElement.dataset.theme = theme;
        for (const button of document.querySelectorAll("[data-theme-switch] button")) {
          button.setAttribute("aria-pressed", String(button.value === theme));
        }
      }, () => form.submit());
    });
  }
})();
