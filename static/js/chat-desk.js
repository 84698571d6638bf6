/* The agents' chat desk: one question fills the line and every chat; each chat is a pane of its own, reached by a key. */
(() => {
  "use strict";
  const desk = document.querySelector("[data-chat-desk]");
  if (!desk) return;
  const core = window.tesseraChat;
  const say = desk.dataset;
  const words = { you: say.you, other: say.other, sending: say.sending };
  const token = desk.querySelector("[name=csrfmiddlewaretoken]").value;
  const line = desk.querySelector("[data-line]");
  const room = desk.querySelector("[data-chats]");
  const toggle = desk.querySelector("[data-duty-toggle]");
  const fault = desk.querySelector("[data-fault]");
  const became = desk.querySelector("[data-became-told]");
  const title = document.title;
  const panes = new Map(); // chat → { root, log, cursor, box }
  let onDuty = false;

  const address = (chat, verb) => say.act.replace("/0/verb/", `/${chat}/${verb}/`);

  function complain(text) {
    fault.textContent = text ?? "";
    fault.hidden = !text;
  }

  async function act(chat, verb, fields = {}) {
    const answer = await core.post(address(chat, verb), fields, { token, timeout: fields.file ? 120000 : 20000 });
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) throw Object.assign(new Error(told.error || say.failed), { status: answer.status });
    return told;
  }

  async function attempt(work) {
    try {
      complain("");
      return await work();
    } catch (error) {
      complain(error.status ? error.message : say.failed);
      return null;
    } finally {
      poll.wake();
    }
  }

  async function ask() {
    const cursors = [...panes].map(([chat, pane]) => `${chat}:${pane.cursor}`).join(",");
    const told = await core.question(say.poll, { c: cursors }, token);
    showDuty(told.on_duty);
    showLine(told.waiting, told.full);
    let fresh = 0;
    for (const chat of told.chats) fresh += showChat(chat);
    for (const [chat, pane] of panes) if (!told.chats.some((one) => one.id === chat)) close(chat, pane);
    desk.querySelector("[data-empty]").hidden = panes.size > 0;
    const mine = told.waiting.filter((one) => one.mine).length;
    document.title = told.waiting.length ? `(${mine || told.waiting.length}) ${title}` : title;
    return fresh || told.chats.some((one) => one.typing) || told.waiting.length;
  }

  const poll = core.poller(ask);

  function showDuty(is) {
    onDuty = is;
    toggle.textContent = is ? say.end : say.begin;
    toggle.classList.toggle("main", !is);
    const told = desk.querySelector("[data-duty-told]");
    const text = is ? say.on : say.off;
    if (told.textContent !== text) told.textContent = text;
  }

  function showLine(waiting, full) {
    desk.querySelector("[data-count]").textContent = String(waiting.length);
    desk.querySelector("[data-nobody]").hidden = waiting.length > 0;
    const known = new Map([...line.children].map((item) => [Number(item.dataset.chat), item]));
    waiting.forEach((one, place) => {
      let item = known.get(one.id);
      if (!item) {
        item = desk.querySelector("template[data-waiting]").content.firstElementChild.cloneNode(true);
        item.dataset.chat = one.id;
        item.querySelector("[data-name]").textContent = one.name;
        item.querySelector("[data-tier]").textContent = one.tier;
        item.querySelector(".desk-words").textContent = one.words;
        item.querySelector("button").addEventListener("click", () => take(one.id));
      }
      known.delete(one.id);
      item.classList.toggle("is-mine", one.mine);
      item.querySelector("[data-waits]").textContent = say.waits.replace("%s", String(one.waits));
      item.querySelector("button").disabled = full;
      if (line.children[place] !== item) line.insertBefore(item, line.children[place] ?? null);
    });
    for (const item of known.values()) item.remove();
  }

  const take = (chat) => attempt(async () => {
    await act(chat, "take");
    await ask();
    panes.get(chat)?.field.focus();
  });

  function showChat(chat) {
    const pane = panes.get(chat.id) ?? open(chat);
    pane.cursor = Math.max(pane.cursor, core.show(pane.log, chat.lines, { isOwn: (one) => one.ours, words: { ...words, other: chat.name } }));
    pane.root.querySelector(".pane-typing").hidden = !chat.typing;
    return chat.lines.length;
  }

  function open(chat) {
    const root = desk.querySelector("template[data-pane]").content.firstElementChild.cloneNode(true);
    const log = root.querySelector(".pane-log");
    const form = root.querySelector(".pane-form");
    const field = form.querySelector("textarea");
    const picker = form.querySelector("input[type=file]");
    const chosen = form.querySelector(".pane-chosen");
    const wrong = root.querySelector(".pane-fault");
    const draft = `desk:${chat.id}:draft`;
    root.setAttribute("aria-label", chat.name);
    root.querySelector("[data-name]").textContent = chat.name;
    root.querySelector("[data-tier]").textContent = chat.tier;
    root.querySelector("[data-since]").textContent = chat.since;
    const member = root.querySelector("[data-member]");
    if (chat.url) {
      member.href = chat.url;
      member.textContent = chat.number;
      member.hidden = false;
    }
    const pane = { root, log, field, cursor: 0, typedAt: 0 };
    pane.box = core.outbox(`desk:${chat.id}:outbox`, async (item) => {
      try {
        await act(chat.id, "say", { text: item.text, key: item.key, file: item.file });
        wrong.hidden = true;
        poll.wake();
        return "kept";
      } catch (error) {
        if (!error.status || error.status >= 500 || error.status === 429) return "later";
        log.querySelector(`[data-key="${item.key}"]:not([data-n])`)?.remove();
        if (!field.value) field.value = item.text;
        wrong.textContent = error.message;
        wrong.hidden = false;
        return "refused";
      }
    });
    const pending = (item) => {
      log.append(core.lineOf(item, { own: true, words }));
      log.scrollTop = log.scrollHeight;
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = field.value.trim();
      const file = picker.files[0];
      if (!text && !file) return;
      const item = pane.box.add(text, file);
      pending(file ? { ...item, text: [text, file.name].filter(Boolean).join("\n") } : item);
      field.value = picker.value = chosen.textContent = "";
      core.store.remove(draft);
    });
    field.addEventListener("keydown", (event) => {
      if (!core.sendsOnEnter(event)) return;
      event.preventDefault();
      form.requestSubmit();
    });
    field.addEventListener("input", () => {
      core.store.set(draft, field.value);
      if (Date.now() - pane.typedAt < 3000 || !field.value) return;
      pane.typedAt = Date.now();
      act(chat.id, "typing").catch(() => {});
    });
    picker.addEventListener("change", () => { chosen.textContent = picker.files[0]?.name ?? ""; });
    form.querySelector("select").addEventListener("change", (event) => {
      const option = event.target.selectedOptions[0];
      const language = { "zh-hans": "zhHans", "zh-hant": "zhHant" }[chat.language] ?? "en";
      const text = (option.dataset[language] ?? "").replaceAll("{member}", chat.name).replaceAll("{agent}", say.agent).replaceAll("{case}", "");
      field.value = [field.value.trim(), text].filter(Boolean).join("\n");
      event.target.selectedIndex = 0;
      field.focus();
    });
    const end = (resolution) => attempt(async () => {
      const told = await act(chat.id, "end", { resolution });
      became.replaceChildren(...ended(told));
      became.hidden = false;
    });
    root.querySelector("[data-solved]").addEventListener("click", () => {
      const settled = root.querySelector("[data-resolution]");
      if (settled.value.trim()) end(settled.value);
      else settled.focus();
    });
    root.querySelector("[data-follow]").addEventListener("click", () => end(""));
    root.querySelector("[data-back]").addEventListener("click", () => attempt(() => act(chat.id, "back")));
    field.value = core.store.get(draft) ?? "";
    room.append(root);
    panes.set(chat.id, pane);
    number();
    pane.box.pending().forEach(pending);
    pane.box.flush();
    return pane;
  }

  function ended(told) {
    const [before, after] = say.became.split("%s");
    const link = core.element("a", "underline", told.case);
    link.href = told.url;
    return [before, link, after ?? ""];
  }

  function close(chat, pane) {
    pane.box.forget();
    core.store.remove(`desk:${chat}:draft`);
    pane.root.remove();
    panes.delete(chat);
    number();
  }

  function number() {
    [...panes.values()].forEach((pane, place) => { pane.root.querySelector(".pane-place").textContent = String(place + 1); });
  }

  toggle.addEventListener("click", () => attempt(async () => {
    const answer = await core.post(say.duty, { on: onDuty ? "0" : "1" }, { token });
    const told = await answer.json();
    if (!answer.ok) throw Object.assign(new Error(told.error), { status: answer.status });
    showDuty(told.on_duty);
  }));

  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    const place = /^Digit([1-9])$/.exec(event.code)?.[1];
    if (place) {
      const pane = [...panes.values()][Number(place) - 1];
      if (pane) event.preventDefault();
      pane?.field.focus();
    } else if (event.code === "KeyN") {
      event.preventDefault();
      const next = line.querySelector("li.is-mine button:enabled") ?? line.querySelector("button:enabled");
      next?.click();
    } else if (event.code === "KeyE") {
      const pane = [...panes.values()].find((one) => one.root.contains(document.activeElement));
      if (!pane) return;
      event.preventDefault();
      pane.root.querySelector(".pane-end").open = true;
      pane.root.querySelector("[data-resolution]").focus();
    }
  });

  poll.start();
})();
