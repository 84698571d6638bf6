/* A quiz with a limit of time: what is left is counted down, and when nothing is, the page goes to where it is handed in.
   The server decides; this only tells. */
(() => {
  "use strict";
  const quiz = document.querySelector("[data-quiz][data-seconds]");
  if (!quiz) return;
  const ends = Date.now() + 1000 * Number(quiz.dataset.seconds); // wall time, because it goes on while the phone sleeps
  const clock = quiz.querySelector("[data-clock]");
  const left = quiz.querySelector("[data-left]");
  const NEAR = 60;

  function tick() {
    const seconds = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
    left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    clock.toggleAttribute("data-near", seconds <= NEAR);
    if (seconds > 0) return;
    clearInterval(timer);
    location.assign(quiz.dataset.over);
  }
  const timer = setInterval(tick, 1000);
  tick();
})();
