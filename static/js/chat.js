/* The visitor's side of a chat. Without scripts the page is a form that loads itself anew; with them nothing typed is lost. */
(() => {
  "use strict";
  const root = document.querySelector("[data-chat]");
  if (!root) return;
  const core = window.tesseraChat;
  const say = root.dataset;
  const words = { you: say.you, other: say.other, sending: say.sending };
  const log = root.querySelector("[data-log]");
  const form = root.querySelector("[data-composer]");
  const field = form.querySelector("textarea");
  const picker = form.querySelector("input[type=file]");
  const chosen = form.querySelector("[data-chosen]");
  const fault = root.querySelector("[data-fault]");
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const DRAFT = `chat:${say.chat}:draft`;
  const title = document.title;
  let cursor = Number(say.said);
  let live = say.live === "1";
  let unread = 0, typedAt = 0;

  const box = core.outbox(`chat:${say.chat}:outbox`, send);

  async function send(item) {
    let answer;
    try {
      answer = await core.post(say.say, { text: item.text, key: item.key, file: item.file }, { token, timeout: item.file ? 120000 : 20000 });
    } catch {
      tellLater(item);
      return "later";
    }
    if (answer.ok) {
      fault.hidden = true;
      poll.wake();
      return "kept";
    }
    if (answer.status >= 500 || answer.status === 429 || answer.status === 408) {
      tellLater(item);
      return "later";
    }
    const told = await answer.json().catch(() => ({}));
    pendingOf(item)?.remove();
    if (!field.value) field.value = item.text; // it is not lost: change it and send it again
    complain(told.error || say.refused);
    return "refused";
  }

  const pendingOf = (item) => log.querySelector(`[data-key="${item.key}"]:not([data-n])`);

  function tellLater(item) {
    const at = pendingOf(item)?.querySelector(".chat-at");
    if (at) at.textContent = say.later;
  }

  function complain(text) {
    fault.textContent = text;
    fault.hidden = false;
  }

  function showPending(item) {
    log.append(core.lineOf({ key: item.key, text: item.text }, { own: true, words }));
    log.scrollTop = log.scrollHeight;
  }

  async function ask() {
    const told = await core.question(say.poll, { after: cursor }, token);
    const fresh = told.lines.length;
    cursor = Math.max(cursor, core.show(log, told.lines, { isOwn: (line) => !line.ours, words }));
    const theirs = told.lines.filter((line) => line.ours).length;
    if (document.hidden && theirs) unread += theirs;
    document.title = unread ? `(${unread}) ${title}` : title;
    root.querySelector("[data-typing]").hidden = !told.typing;
    root.querySelector("[data-status]").textContent = statusOf(told);
    if (live && !["waiting", "talking"].includes(told.state)) {
      live = false;
      poll.stop();
      await box.flush();
      location.replace(say.here); // the page tells what became of it
    }
    return fresh || told.typing || !box.isEmpty();
  }

  function statusOf(told) {
    if (told.state === "waiting") return say.place.replace("%s", String(told.place));
    return told.state === "talking" ? say.with.replace("%s", told.agent) : say.over;
  }

  const poll = core.poller(ask);

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    const file = picker.files[0];
    if (!text && !file) return;
    const item = box.add(text, file);
    showPending(file ? { ...item, text: [text, file.name].filter(Boolean).join("\n") } : item);
    field.value = "";
    picker.value = "";
    chosen.textContent = "";
    core.store.remove(DRAFT);
    fault.hidden = true;
    field.focus();
  });

  field.addEventListener("keydown", (event) => {
    if (!core.sendsOnEnter(event)) return;
    event.preventDefault();
    form.requestSubmit();
  });

  field.addEventListener("input", () => {
    core.store.set(DRAFT, field.value);
    if (!live || Date.now() - typedAt < 3000 || !field.value) return;
    typedAt = Date.now();
    core.post(say.typingUrl, {}, { token }).catch(() => {});
  });

  picker.addEventListener("change", () => { chosen.textContent = picker.files[0]?.name ?? ""; });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    unread = 0;
    document.title = title;
  });

  field.value = core.store.get(DRAFT) ?? field.value;
  for (const item of box.pending()) if (!log.querySelector(`[data-key="${item.key}"]`)) showPending(item);
  log.scrollTop = log.scrollHeight;
  box.flush();
  if (live) poll.start();
  else if (box.isEmpty() && !field.value) {
    box.forget();
    core.store.remove(DRAFT);
  }
})();
