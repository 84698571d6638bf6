/* The room of an incident renews itself: what stands in [data-live="…"] is fetched again and again and put in its place, but
   never under the hands of whoever is in it. It stops when nobody is there, so that it keeps no session alive. */
(() => {
  "use strict";
  const room = document.querySelector("[data-room]");
  if (!room) return;
  const AWAKE = 1800 * 1000;
  let moved = Date.now();
  for (const name of ["pointermove", "pointerdown", "keydown", "wheel", "touchstart"]) {
    addEventListener(name, () => { moved = Date.now(); }, { passive: true, capture: true });
  }

  async function renew() {
    const awake = !document.hidden && Date.now() - moved < AWAKE;
    room.querySelector("[data-asleep]").hidden = awake || document.hidden;
    if (!awake) return;
    try {
      const answer = await fetch(room.dataset.room);
      if (!answer.ok || answer.redirected) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of room.querySelectorAll("[data-live]")) {
        const found = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
        const busy = part.contains(document.activeElement) || part.querySelector("details[open]");
        if (found && !busy) part.replaceChildren(...found.childNodes);
      }
    } catch {
      /* The picture stays as it was, and says of when it is. */
    }
  }
  setInterval(renew, Number(room.dataset.every) * 1000);
})();
