// The theme listens to every field for files and expects a text field of its own beside it: ours have none.
Object.defineProperty(HTMLInputElement.prototype, "hasChangeListener", {
  get() { return this.isListenedTo || !this.parentNode?.parentNode?.parentNode?.querySelector("input[type=text]"); },
  set(value) { this.isListenedTo = value; },
});

// The theme's scrolling boxes all call themselves the same, in English: each takes the name of what it holds.
addEventListener("load", () => {
  const words = (element) => {
    const copy = element.cloneNode(true);
    copy.querySelectorAll(".material-symbols-outlined").forEach((sign) => sign.remove());
    return copy.textContent.replace(/\s+/g, " ").trim();
  };
  const taken = new Set();
  for (const box of document.querySelectorAll('.simplebar-content-wrapper[role="region"]')) {
    const named = box.closest("[aria-labelledby]");
    const heading = (named && document.getElementById(named.getAttribute("aria-labelledby"))) ?? document.querySelector("h1");
    let label = box.closest("#nav-sidebar-apps") || !heading ? document.title.split("|").pop().trim() : words(heading);
    for (let number = 2; taken.has(label); number += 1) label = `${label.replace(/ \d+$/, "")} ${number}`;
    taken.add(label);
    box.setAttribute("aria-label", label);
  }
});
