/* A form is sent once; what was typed survives a lost connection or an expired session.
   data-no-guard leaves a form alone. data-keep="name" keeps its fields in this tab until it has arrived. */
(() => {
  "use strict";
  const say = document.body.dataset;
  const PREFIX = "draft:";
  const INTERRUPTED = "interrupted-draft";
  const NEVER = 'input[type="password"], input[type="hidden"], input[type="file"], [autocomplete="one-time-code"], [data-keep="off"]';
  const guarded = (form) => form instanceof HTMLFormElement && form.method !== "dialog" && !("noGuard" in form.dataset);

  function release(form) {
    form.removeAttribute("aria-busy");
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[data-busy]")) {
      button.disabled = false;
      delete button.dataset.busy;
    }
  }

  function hold(form, button) {
    form.dataset.sent = "";
    form.setAttribute("aria-busy", "true");
    // After the browser has collected the fields, so that the button's own value is sent.
    setTimeout(() => {
      if (!button || !("sent" in form.dataset)) return;
      button.dataset.busy = "";
      button.disabled = true;
    });
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !guarded(form)) return;
    if ("sent" in form.dataset) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    if (!navigator.onLine) {
      event.preventDefault();
      event.stopImmediatePropagation();
      window.tesseraToast(say.sayOffline);
      return;
    }
    if (form.dataset.keep) keep(form);
    hold(form, event.submitter);
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form");
    if (form) release(form);
  });
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(name, () => window.tesseraToast(navigator.onLine ? say.sayFailed : say.sayOffline));
  }

  function keep(form) {
    const kept = {};
    for (const field of form.elements) {
      if (!field.name || field.matches(NEVER)) continue;
      if (field.type === "checkbox" || field.type === "radio") {
        if (field.checked) (kept[field.name] ||= []).push(field.value);
      } else {
        (kept[field.name] ||= []).push(field.value);
      }
    }
    sessionStorage.setItem(PREFIX + form.dataset.keep, JSON.stringify(kept));
  }

  // After a page that stood in between (log-in, lock) what was typed wins over what the server has; otherwise the server
  // has answered the form itself and only empty fields are filled.
  function restore(form, kept, interrupted) {
    for (const field of form.elements) {
      const values = kept[field.name];
      if (!values || field.matches(NEVER)) continue;
      if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
      else if (interrupted || !field.value) field.value = values[0];
    }
  }

  // A kept form that is on the page again gets its content back; one that is not has arrived.
  const forms = [...document.querySelectorAll("form[data-keep]")];
  const waiting = "keepDrafts" in say;
  for (const key of Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX))) {
    const form = forms.find((candidate) => PREFIX + candidate.dataset.keep === key);
    if (form) restore(form, JSON.parse(sessionStorage.getItem(key)), sessionStorage.getItem(INTERRUPTED) === key);
    if (form || !waiting) sessionStorage.removeItem(key);
    else sessionStorage.setItem(INTERRUPTED, key);
  }
})();
