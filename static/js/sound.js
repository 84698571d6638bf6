/* A tone for each verdict: two rising notes for yes, a low pair for no. Off until the clerk turns it on. */
(() => {
  "use strict";
  const KEY = "counter-sound";
  const NOTES = { ok: [[660, 0], [880, 0.11]], bad: [[220, 0], [165, 0.2]], warn: [[440, 0]] };
  const toggle = document.querySelector("[data-sound-toggle]");
  let audio = null;

  const on = () => localStorage.getItem(KEY) === "on";

  function play(verdict) {
    if (!on() || !NOTES[verdict]) return;
    audio ??= new AudioContext();
    for (const [frequency, delay] of NOTES[verdict]) {
      const start = audio.currentTime + delay;
      const tone = audio.createOscillator();
      const gain = audio.createGain();
      tone.type = verdict === "bad" ? "square" : "sine";
      tone.frequency.value = frequency;
      gain.gain.setValueAtTime(0.0001, start);
      gain.gain.exponentialRampToValueAtTime(verdict === "bad" ? 0.12 : 0.25, start + 0.015);
      gain.gain.exponentialRampToValueAtTime(0.0001, start + 0.18);
      tone.connect(gain).connect(audio.destination);
      tone.start(start);
      tone.stop(start + 0.2);
    }
  }

  function show() {
    if (!toggle) return;
    toggle.setAttribute("aria-pressed", String(on()));
    toggle.querySelector("[data-sound-on]").hidden = !on();
    toggle.querySelector("[data-sound-off]").hidden = on();
  }

  toggle?.addEventListener("click", () => {
    localStorage.setItem(KEY, on() ? "off" : "on");
    show();
    play("ok");
  });
  const announce = (root) => {
    const verdict = root.matches?.("[data-verdict]") ? root : root.querySelector?.("[data-verdict]");
    if (verdict) play(verdict.dataset.verdict);
  };
  document.addEventListener("htmx:afterSettle", (event) => announce(event.target));
  show();
  announce(document);
})();
