/* Answers while a question is typed. Any text field:
   <input data-suggest-url="/help/suggest/" data-suggest-into="#place">, where the place is
   templates/service_desk/knowledge/_suggestions.html. Without this script the field is just a field. */
(() => {
  "use strict";
  const WAIT = 250;
  const REST = 30000;
  const LONGEST = 200;
  const SHORTEST = 2;

  function link(one, apart) {
    const item = document.createElement("li");
    const anchor = document.createElement("a");
    anchor.href = one.url;
    anchor.lang = one.language;
    anchor.append(one.title);
    if (one.summary) {
      const note = document.createElement("small");
      note.textContent = one.summary;
      anchor.append(note);
    }
    if (apart) {
      anchor.target = "_blank";
      anchor.rel = "noopener";
    }
    item.append(anchor);
    return item;
  }

  function watch(field) {
    const place = document.querySelector(field.dataset.suggestInto);
    if (!place) return;
    const list = place.querySelector("ul");
    const said = place.querySelector("[role=status]");
    const apart = "suggestApart" in place.dataset;
    let timer = 0;
    let asking = null;
    let last = "";
    let rests = 0;

    function show(found) {
      list.replaceChildren(...found.map((one) => link(one, apart)));
      place.hidden = !found.length;
      said.textContent = !found.length ? "" : found.length === 1 ? said.dataset.suggestOne : `${said.dataset.suggestMany} ${found.length}`;
    }

    async function ask() {
      const text = field.value.slice(0, LONGEST).trimStart();
      if (text === last || Date.now() < rests) return;
      last = text;
      asking?.abort();
      if (text.trim().length < SHORTEST) {
        show([]);
        return;
      }
      asking = new AbortController();
      const own = asking;
      const address = new URL(field.dataset.suggestUrl, location.href);
      address.searchParams.set("q", text);
      try {
        const answer = await fetch(address, { signal: own.signal, headers: { Accept: "application/json" } });
        if (answer.status === 429) rests = Date.now() + REST;
        if (!answer.ok) return;
        const told = await answer.json();
        if (own === asking) show(told.results);
      } catch {
        /* Away or overtaken: what is typed matters, the suggestions do not. */
      }
    }

    field.addEventListener("input", (event) => {
      clearTimeout(timer);
      if (!event.isComposing) timer = setTimeout(ask, WAIT);
    });
    field.addEventListener("compositionend", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    });
    for (const one of [field, place]) {
      one.addEventListener("keydown", (event) => {
        if (event.key !== "Escape" || place.hidden) return;
        event.preventDefault();
        show([]);
        field.focus();
      });
    }
  }

  document.querySelectorAll("[data-suggest-url]").forEach(watch);
})();
