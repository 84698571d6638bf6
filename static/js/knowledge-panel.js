/* Finding an answer for somebody who asks: templates/service_desk/knowledge/_agent_panel.html. */
(() => {
  "use strict";
  const WAIT = 250;

  function open(panel) {
    const field = panel.querySelector("input[type=search]");
    const list = panel.querySelector("ul");
    const status = panel.querySelector("[role=status]");
    const model = panel.querySelector("template");
    const token = panel.querySelector("[name=csrfmiddlewaretoken]").value;
    let timer = 0;
    let asking = null;

    function entry(one) {
      const item = model.content.cloneNode(true);
      const anchor = item.querySelector("a");
      anchor.href = one.url;
      anchor.lang = one.language;
      anchor.textContent = one.title;
      item.querySelector("p").textContent = one.summary;
      item.querySelector("button").addEventListener("click", () => use(one.slug));
      return item;
    }

    async function ask() {
      const text = field.value.trim();
      asking?.abort();
      status.textContent = "";
      if (text.length < 2) {
        list.replaceChildren();
        return;
      }
      asking = new AbortController();
      const own = asking;
      const address = new URL(panel.dataset.answersUrl, location.href);
      address.searchParams.set("q", text);
      try {
        const answer = await fetch(address, { signal: own.signal, headers: { Accept: "application/json" } });
        if (!answer.ok || own !== asking) return;
        const found = (await answer.json()).results;
        list.replaceChildren(...found.map(entry));
        status.textContent = found.length ? "" : status.dataset.none;
      } catch {
        /* Overtaken by the next letter. */
      }
    }

    async function use(slug) {
      const address = panel.dataset.answerUrl.replace(/x\/$/, `${slug}/`);
      const body = new URLSearchParams({ language: panel.dataset.language });
      try {
        const answer = await fetch(address, { method: "POST", body, headers: { "X-CSRFToken": token } });
        if (!answer.ok) throw new Error(String(answer.status));
        const told = await answer.json();
        const text = told.link ? `${told.text}\n\n${told.link}` : told.text;
        const reply = panel.dataset.into && document.querySelector(panel.dataset.into);
        if (reply) put(reply, text);
        else await navigator.clipboard.writeText(text);
        status.textContent = told.internal ? status.dataset.internal : reply ? status.dataset.put : status.dataset.copied;
      } catch {
        status.textContent = status.dataset.failed;
      }
    }

    function put(reply, text) {
      const before = reply.value.slice(0, reply.selectionStart);
      const gap = before && !before.endsWith("\n") ? "\n\n" : "";
      reply.setRangeText(gap + text, reply.selectionStart, reply.selectionEnd, "end");
      reply.dispatchEvent(new Event("input", { bubbles: true }));
      reply.focus();
    }

    field.addEventListener("input", (event) => {
      clearTimeout(timer);
      if (!event.isComposing) timer = setTimeout(ask, WAIT);
    });
    field.addEventListener("compositionend", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    });
    field.form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask();
    });
    const shut = panel.closest("details:not([open])");
    if (field.value && !shut) ask();
    else if (field.value) shut.addEventListener("toggle", ask, { once: true });
  }

  document.querySelectorAll("[data-answers]").forEach(open);
})();
