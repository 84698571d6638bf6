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

  const isTick = (field) => field.type === "checkbox" || field.type === "radio";
  const given = (field) => (isTick(field) ? field.defaultChecked : field.tagName === "SELECT" ? [...field.options].find((option) => option.defaultSelected)?.value ?? "" : field.defaultValue);
  const typed = (field) => (isTick(field) ? field.checked : field.value);
  const kept = (form) => [...form.elements].filter((field) => field.name && !field.matches(NEVER));

  // What was typed, beside what the page had offered: only where it still offers the same was nothing taken.
  function keep(form) {
    sessionStorage.setItem(PREFIX + form.dataset.keep, JSON.stringify(kept(form).map((field) => [field.name, given(field), typed(field)])));
  }

  function restore(form, draft) {
    kept(form).forEach((field, place) => {
      const [name, before, after] = draft[place] ?? [];
      if (name !== field.name || given(field) !== before) return;
      if (isTick(field)) field.checked = after;
      else field.value = after;
    });
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
