/* What both sides of a chat are made of: a line on the screen, an outbox that survives a reload, questions that pause. */
window.tesseraChat = (() => {
  "use strict";
  const QUICK = 1500, SLOW = 8000, HIDDEN = 15000, FAILING = 30000;

  function freshKey() {
    return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // Storage may be refused (a private window): then what is typed lives as long as the page.
  const memory = new Map();
  const store = {
    get(name) {
      try { return localStorage.getItem(name); } catch { return memory.get(name) ?? null; }
    },
    set(name, value) {
      try { localStorage.setItem(name, value); } catch { memory.set(name, value); }
    },
    remove(name) {
      try { localStorage.removeItem(name); } catch { memory.delete(name); }
    },
  };

  function element(tag, css, text) {
    const made = document.createElement(tag);
    if (css) made.className = css;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function fileOf(file) {
    const link = element("a", "chat-file");
    link.href = file.url;
    if (file.picture) {
      const picture = element("img", "chat-picture");
      picture.src = file.url;
      picture.alt = file.name;
      picture.loading = "lazy";
      link.append(picture);
    } else link.append(element("span", "chat-file-name", file.name), element("span", "chat-file-size", ` ${file.kb} KB`));
    return link;
  }

  // One line. Everything that somebody typed is text, never markup.
  function lineOf(line, { own, words }) {
    const item = element("div", `chat-line${own ? " chat-line-own" : ""}`);
    if (line.n) item.dataset.n = line.n;
    if (line.key) item.dataset.key = line.key;
    const who = element("p", "chat-who", own ? words.you : line.who || words.other);
    if (own) who.classList.add("visually-hidden", "sr-only");
    item.append(who);
    if (line.text) {
      const bubble = element("p", "chat-bubble", line.text);
      bubble.dir = "auto";
      item.append(bubble);
    }
    for (const file of line.files ?? []) item.append(fileOf(file));
    item.append(element("p", "chat-at", line.n ? line.at : words.sending));
    return item;
  }

  function isAtEnd(log) {
    return log.scrollHeight - log.scrollTop - log.clientHeight < 120;
  }

  // Adds what is new to the log; answers the place of the last line. A line that was pending takes its place.
  function show(log, lines, { isOwn, words }) {
    let last = 0;
    const follow = isAtEnd(log);
    for (const line of lines) {
      last = Math.max(last, line.n);
      if (log.querySelector(`[data-n="${line.n}"]`)) continue;
      const pending = line.key && log.querySelector(`[data-key="${CSS.escape(line.key)}"]`);
      const made = lineOf(line, { own: isOwn(line), words });
      if (pending) pending.replaceWith(made);
      else log.insertBefore(made, log.querySelector("[data-key]:not([data-n])"));
    }
    if (follow) log.scrollTop = log.scrollHeight;
    return last;
  }

  // What is to be sent, in its order, kept until the server has it. `send` answers "kept", "refused" or "later".
  function outbox(name, send) {
    let waiting = [];
    try { waiting = JSON.parse(store.get(name) ?? "[]"); } catch { waiting = []; }
    const files = new Map();
    let busy = false, timer = 0, pause = 1000;
    const keep = () => store.set(name, JSON.stringify(waiting));
    async function flush() {
      clearTimeout(timer);
      if (busy) return;
      busy = true;
      while (waiting.length) {
        const item = waiting[0];
        const answer = await send({ ...item, file: files.get(item.key) });
        if (answer === "later") {
          timer = setTimeout(flush, pause);
          pause = Math.min(pause * 2, FAILING);
          break;
        }
        pause = 1000;
        waiting.shift();
        files.delete(item.key);
        keep();
      }
      busy = false;
    }
    addEventListener("online", flush);
    return {
      flush,
      pending: () => [...waiting],
      isEmpty: () => waiting.length === 0,
      forget: () => store.remove(name),
      add(text, file) {
        const item = { key: freshKey(), text };
        if (file) files.set(item.key, file);
        waiting.push(item);
        keep();
        flush();
        return item;
      },
    };
  }

  // Asks again and again: often while something happens, seldom when nothing does, rarely while hidden or failing.
  function poller(ask) {
    let pause = QUICK, timer = 0, running = false, stopped = false;
    async function turn() {
      clearTimeout(timer);
      if (running || stopped) return;
      running = true;
      try {
        pause = (await ask()) ? QUICK : Math.min(pause * 1.25, SLOW);
      } catch {
        pause = Math.min(Math.max(pause, QUICK) * 2, FAILING);
      }
      running = false;
      if (!stopped) timer = setTimeout(turn, document.hidden ? HIDDEN : pause);
    }
    const wake = () => {
      pause = QUICK;
      turn();
    };
    document.addEventListener("visibilitychange", () => document.hidden || wake());
    addEventListener("online", wake);
    return { start: turn, wake, stop: () => { stopped = true; clearTimeout(timer); } };
  }

  async function post(url, fields, { token, timeout = 20000 } = {}) {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) if (value !== undefined && value !== null) body.append(name, value);
    const headers = { Accept: "application/json", "X-CSRFToken": token };
    return fetch(url, { method: "POST", body, headers, credentials: "same-origin", signal: AbortSignal.timeout(timeout) });
  }

  // A question that is asked again and again; its answer, or an error.
  async function question(url, fields, token) {
    const answer = await post(url, fields, { token, timeout: 15000 });
    if (!answer.ok) throw Object.assign(new Error("refused"), { status: answer.status });
    return answer.json();
  }

  // Enter sends where there is a keyboard; where a thumb types it is a new line. A word being composed is left alone.
  function sendsOnEnter(event) {
    return event.key === "Enter" && !event.shiftKey && !event.isComposing && !event.altKey && !matchMedia("(pointer: coarse)").matches;
  }

  return { element, freshKey, isAtEnd, lineOf, outbox, poller, post, question, sendsOnEnter, show, store };
})();
