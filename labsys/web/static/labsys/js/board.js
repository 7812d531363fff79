// How old a board is: counted here, so that it is told even where nothing can be reached.
"use strict";

document.querySelectorAll("[data-board]").forEach((age) => {
  const board = document.getElementById(age.dataset.board);
  const said = document.getElementById("board-stale");
  const most = Number(age.dataset.staleSeconds);
  let seen = performance.now();
  let at = null;

  function newest() {
    const now = board.querySelector("[data-at]")?.dataset.at ?? null;
    if (now !== at) {
      at = now;
      seen = performance.now();
    }
  }

  function tell() {
    newest();
    const seconds = Math.floor((performance.now() - seen) / 1000);
    const isStale = seconds > most;
    age.textContent = isStale
      ? age.dataset.stale.replace("%s", String(Math.floor(seconds / 60)))
      : age.dataset.fresh.replace("%s", String(seconds));
    age.classList.toggle("board-old", isStale);
    board.classList.toggle("board-faded", isStale);
    // Once: a reader of screens would be told every second.
    if (isStale && !said.textContent) said.textContent = age.textContent;
    if (!isStale) said.textContent = "";
  }

  tell();
  window.setInterval(tell, 1000);
});
