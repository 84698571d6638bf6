/* The workbench by keyboard. [data-key="r"] is clicked, or focused if it is a field; a <summary> opens and leads into its form.
   [data-row] are the cases of a queue: j and k go up and down. [data-look] tells the server that the page is open, and the
   reader who else has it open. Everything here is a link or a button without this script too. */
(() => {
  "use strict";
  const FIELD = "input:not([type=checkbox], [type=radio], [type=submit], [type=button]), textarea, select, [contenteditable]";
  const shown = (element) => element.checkVisibility?.() ?? true;

  // What asks by itself stops asking when nobody is there: it must not keep a session alive.
  let moved = Date.now();
  for (const name of ["pointermove", "pointerdown", "keydown", "wheel"]) {
    addEventListener(name, () => { moved = Date.now(); }, { passive: true, capture: true });
  }
  const isAwake = (element) => !document.hidden && Date.now() - moved < Number(element.dataset.awake) * 1000;

  for (const element of document.querySelectorAll("[data-opens][hidden], [data-hint][hidden]")) element.hidden = false;

  function into(summary) {
    const box = summary.closest("details");
    box.open = true;
    const field = [...box.querySelectorAll("textarea, select, input:not([type=hidden])")].find(shown);
    (field ?? box.querySelector("button"))?.focus();
    box.scrollIntoView({ block: "nearest" });
  }

  function press(element) {
    if (element.matches("summary")) into(element);
    else if (element.matches(FIELD)) {
      element.focus();
      element.select?.();
    } else element.click();
  }

  function step(by) {
    const links = [...document.querySelectorAll("[data-row-link]")];
    if (!links.length) return false;
    const at = links.findIndex((link) => link.closest("[data-row]").contains(document.activeElement));
    const next = at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + by, 0), links.length - 1);
    links[next].focus();
    links[next].scrollIntoView({ block: "nearest" });
    return true;
  }

  // Before the theme's own keys, which would take the slash.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && event.target.matches(FIELD)) {
      event.target.blur();
      return;
    }
    if (event.target.matches(FIELD) || document.querySelector("dialog[open]")) return;
    const wanted = { j: 1, k: -1 }[event.key];
    const found = wanted ? null : [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key && shown(one));
    if (!(wanted ? step(wanted) : found)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (found) press(found);
  }, true);

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens)?.showModal();
    const answer = event.target.closest("[data-insert]");
    if (answer) insert(answer);
  });

  // A prepared answer goes where the cursor stands; what was written stays.
  function insert(button) {
    const field = document.getElementById(button.dataset.insert);
    const text = button.closest("li").querySelector("[data-text]").textContent;
    const [from, to] = [field.selectionStart, field.selectionEnd];
    field.setRangeText(text, from, to, "end");
    field.focus();
    button.closest("details").open = false;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // The board renews itself, but not under the hands of somebody who is choosing.
  const board = document.querySelector("[data-board]");
  let touched = false;
  board?.addEventListener("change", () => { touched = true; });

  async function renew() {
    const awake = isAwake(board);
    document.querySelector("[data-asleep]").hidden = awake;
    if (!awake || touched || board.contains(document.activeElement)) return;
    try {
      const answer = await fetch(board.dataset.board);
      if (!answer.ok || answer.redirected || touched || board.contains(document.activeElement)) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      board.replaceChildren(...fresh.body.childNodes);
    } catch {
      /* The picture stays as it was, and says of when it is. */
    }
  }
  if (board) setInterval(renew, Number(board.dataset.every) * 1000);

  // While a call is written down: what the rule makes of it. What a person has chosen stays.
  const call = document.querySelector("form[data-suggests]");
  let thinking = 0;
  call?.addEventListener("input", (event) => {
    if (event.target.matches("select")) event.target.dataset.chosen = "";
    if (!["kind", "subject", "text"].includes(event.target.name)) return;
    clearTimeout(thinking);
    thinking = setTimeout(suggest, 600);
  });

  async function suggest() {
    const form = new FormData();
    for (const name of ["csrfmiddlewaretoken", "kind", "subject", "text"]) form.append(name, call.elements[name].value);
    try {
      const answer = await fetch(call.dataset.suggests, { method: "POST", body: form });
      if (!answer.ok) return;
      const found = await answer.json();
      call.querySelector("[data-suggested]").textContent = found.told;
      for (const name of ["category", "severity"]) {
        const field = call.elements[name];
        if (!("chosen" in field.dataset)) field.value = found[name];
      }
    } catch {
      /* A suggestion that does not come is none. */
    }
  }

  const page = document.querySelector("[data-look]");
  if (!page) return;
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const place = page.querySelector("[data-watching]");
  const changed = page.querySelector("[data-changed]");
  const writing = () => [...page.querySelectorAll("[data-writes] textarea")].some((field) => field.value.trim());

  function told(body) {
    const words = body.watching.join(" · ");
    if (place.textContent !== words) place.textContent = words;
    place.parentElement.hidden = !words;
    changed.hidden = !body.changed;
    if (body.changed) changed.querySelector("[data-words]").textContent = body.changed;
  }

  async function look() {
    if (!isAwake(page)) return;
    const form = new FormData();
    form.append("csrfmiddlewaretoken", token);
    form.append("version", page.dataset.version);
    form.append("writing", writing() ? "1" : "0");
    try {
      const answer = await fetch(page.dataset.look, { method: "POST", body: form, headers: { Accept: "application/json" } });
      if (answer.redirected) told({ watching: [], changed: page.dataset.sayOut });
      else if (answer.ok) told(await answer.json());
    } catch {
      /* Away for a moment: the next look tells. */
    }
  }

  function leave() {
    const form = new FormData();
    form.append("csrfmiddlewaretoken", token);
    form.append("leaves", "1");
    navigator.sendBeacon(page.dataset.look, form);
  }

  // What is being written stays in this tab until it has arrived, whatever becomes of the session.
  for (const form of page.querySelectorAll("[data-writes] form[method=post]")) {
    const field = form.querySelector("textarea");
    const kept = `desk:${new URL(form.action).pathname}`;
    if (kept.endsWith(`/act/${page.dataset.done}/`)) sessionStorage.removeItem(kept);
    else if (!field.value) field.value = sessionStorage.getItem(kept) ?? "";
    if (field.value) field.closest("details").open = true;
    form.addEventListener("input", () => {
      if (field.value) sessionStorage.setItem(kept, field.value);
      else sessionStorage.removeItem(kept);
    });
  }

  let soon = 0;
  page.addEventListener("input", (event) => {
    if (!event.target.closest("[data-writes]") || soon) return;
    soon = setTimeout(() => {
      soon = 0;
      look();
    }, 1500);
  });
  document.addEventListener("visibilitychange", look);
  addEventListener("pagehide", leave);
  addEventListener("pageshow", (event) => event.persisted && look());
  look();
  setInterval(look, Number(page.dataset.every) * 1000);
})();
