/* The living code: renewed before it dies, counted down by a ring, true after the phone has slept.
   And the card's page follows what happens at the counter. */
(() => {
  "use strict";
  const LOOK = 4000;
  let askedAt = 0;
  let sleepless = null;

  let bornAt = Date.now(); // wall time, because it goes on while the phone sleeps

  const panel = () => document.querySelector("[data-living-code]");
  const age = () => (Date.now() - bornAt) / 1000;

  function tick() {
    const code = panel();
    if (!code || document.hidden) return;
    const life = Number(code.dataset.life);
    const left = Math.max(0, life - age());
    code.querySelector("[data-countdown]")?.setAttribute("stroke-dasharray", `${(100 * left) / life} 100`);
    if (left <= 0) stale(code);
    if (age() >= Number(code.dataset.refresh) && Date.now() - askedAt > 2000) {
      askedAt = Date.now();
      htmx.trigger(code, "renew");
    }
  }

  // A dead code is not shown: a counter would only refuse it.
  function stale(code) {
    code.querySelector("[data-code-alive]")?.setAttribute("hidden", "");
    code.querySelector("[data-code-stale]")?.removeAttribute("hidden");
  }

  async function stayAwake() {
    try {
      sleepless = await navigator.wakeLock?.request("screen");
    } catch {
      sleepless = null;
    }
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    if (age() > 5) htmx.trigger(panel(), "renew");
    if (!sleepless || sleepless.released) stayAwake();
  });
  document.addEventListener("htmx:afterSwap", () => { bornAt = Date.now(); });
  addEventListener("online", () => panel() && htmx.trigger(panel(), "renew"));
  setInterval(tick, 500);
  setInterval(() => {
    const stage = document.querySelector("[data-pulse]");
    if (stage && !document.hidden && navigator.onLine) htmx.trigger(stage, "look");
  }, LOOK);
  if (panel()?.querySelector("[data-code-alive]")) stayAwake();
})();
