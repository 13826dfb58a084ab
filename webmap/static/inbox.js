"use strict";
// j, k: next and previous opinion; s: show it; w: choose why it is withheld
(function () {
  const cards = Array.from(document.querySelectorAll(".opinion"));
  let at = -1;
  function go(step) {
    if (!cards.length) return;
    at = Math.min(cards.length - 1, Math.max(0, at + step));
    cards[at].focus();
  }
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("textarea, select, input")) return;
    if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
    else if (event.key === "s" && at >= 0) cards[at].querySelector("[data-show]").click();
    else if (event.key === "w" && at >= 0) cards[at].querySelector("[data-withhold]").focus();
    else return;
    event.preventDefault();
  });
})();
