// Finds zones, schools and compounds of this page by their names. Nothing is sent anywhere.
window.zoningSearch = (function () {
  "use strict";

  const SHOWN = 30;
  const { element, fill } = window.zoningPopups;

  function plain(text) {
    return text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
  }

  // entries: [{ text, kind, detail, choose(button) }]
  function start(form, entries, texts) {
    const box = form.querySelector("input");
    const list = form.querySelector("ul");
    const count = form.querySelector("[role=status]");
    const keyed = entries.map((entry) => ({ ...entry, key: plain(entry.text + " " + (entry.detail || "")) }));

    function found() {
      const words = plain(box.value).split(" ").filter(Boolean);
      if (!words.length) return null;
      return keyed.filter((entry) => words.every((word) => entry.key.includes(word)));
    }

    function close() {
      list.hidden = true;
      list.replaceChildren();
    }

    function row(entry) {
      const button = element("button");
      button.type = "button";
      button.append(element("span", entry.text), element("small", entry.detail ? `${entry.kind} · ${entry.detail}` : entry.kind));
      button.addEventListener("click", () => {
        close();
        entry.choose(box);
      });
      const item = element("li");
      item.append(button);
      return item;
    }

    function refresh() {
      const matches = found();
      if (!matches) {
        count.textContent = "";
        close();
        return;
      }
      const shown = Math.min(matches.length, SHOWN);
      const said = !matches.length ? texts.FOUND_NONE : matches.length > SHOWN ? texts.FOUND_MORE : texts.FOUND;
      count.textContent = fill(said, { count: matches.length, shown });
      list.replaceChildren(...matches.slice(0, SHOWN).map(row));
      if (!matches.length || matches.length > SHOWN) list.append(element("li", count.textContent, "none"));
      list.hidden = false;
    }

    function move(event) {
      const buttons = [...list.querySelectorAll("button")];
      const at = buttons.indexOf(document.activeElement);
      if (event.key === "Escape") {
        close();
        box.focus();
      } else if (event.key === "ArrowDown" && buttons.length) {
        event.preventDefault();
        buttons[Math.min(at + 1, buttons.length - 1)].focus();
      } else if (event.key === "ArrowUp" && at >= 0) {
        event.preventDefault();
        (at === 0 ? box : buttons[at - 1]).focus();
      }
    }

    box.addEventListener("input", refresh);
    form.addEventListener("keydown", move);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const first = list.querySelector("button");
      if (first) first.click();
    });
    form.addEventListener("focusout", (event) => {
      if (!form.contains(event.relatedTarget)) close();
    });
    box.addEventListener("focus", refresh);
  }

  return { start };
})();
