"use strict";
// j, k: next and previous opinion or group; s: show it; w: choose why it is withheld; a: answer it.
// In a field Escape goes back to its card, and Ctrl with Enter sends the answer.
(function () {
  const cards = Array.from(document.querySelectorAll(".opinion"));
  let at = -1;
  function go(step) {
    if (!cards.length) return;
    at = Math.min(cards.length - 1, Math.max(0, at + step));
    cards[at].focus();
  }
  function press(mark, how) {
    const found = at >= 0 ? cards[at].querySelector(mark) : null;
    if (found) found[how]();
    return found !== null;
  }
  document.addEventListener("keydown", function (event) {
    const field = event.target.closest("textarea, select, input");
    if (field) {
      const card = field.closest(".opinion");
      if (event.key === "Escape" && card) card.focus();
      else if (event.key === "Enter" && event.ctrlKey && field.closest("[data-answer]")) {
        field.form.requestSubmit();
      }
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
    else {
      const done =
        (event.key === "s" && press("[data-show]", "click")) ||
        (event.key === "w" && press("[data-withhold]", "focus")) ||
        (event.key === "a" && press("[data-answer] textarea", "focus"));
      if (!done) return;
    }
    event.preventDefault();
  });
  // who comes by a card's own focus, such as with the tabulator, goes on from there
  cards.forEach((card, number) => card.addEventListener("focusin", () => { at = number; }));
})();
