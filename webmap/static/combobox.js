// Names to choose from while typing: the combobox of the ARIA authoring practices, list
// autocomplete. The field works without it.
window.zoningCombobox = (function () {
  "use strict";

  const WAIT_MS = 200;

  // `ask(text, signal)` returns names in time; where it fails, none are offered.
  function start(input, ask) {
    const list = document.createElement("ul");
    list.id = "names";
    list.className = "listbox";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.dataset.list);
    const told = document.createElement("p");
    told.className = "unseen";
    told.setAttribute("role", "status");
    input.after(list, told);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);

    let active = -1;
    let waiting = 0;
    let asking = null;

    function close() {
      list.hidden = true;
      list.replaceChildren();
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function mark(at) {
      const options = list.children;
      if (active >= 0) options[active].setAttribute("aria-selected", "false");
      active = (at + options.length) % options.length;
      options[active].setAttribute("aria-selected", "true");
      options[active].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", options[active].id);
    }

    function take(name) {
      input.value = name;
      close();
      input.focus();
    }

    function show(names) {
      close();
      told.textContent = names.length ? input.dataset.count.replace("{count}", names.length) : "";
      if (!names.length) return;
      names.forEach(function (name, at) {
        const option = document.createElement("li");
        option.id = "name-" + at;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.textContent = name;
        // before the input loses the focus, which would close the list
        option.addEventListener("mousedown", function (event) {
          event.preventDefault();
          take(name);
        });
        list.append(option);
      });
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
    }

    async function suggest() {
      if (asking) asking.abort();
      const own = new AbortController();
      asking = own;
      const text = input.value.trim();
      if (!text) return close();
      let names = [];
      try {
        names = await ask(text, own.signal);
      } catch (error) {
        // without the network the form is still a form
        if (own.signal.aborted) return undefined;
      }
      if (asking === own && !own.signal.aborted && document.activeElement === input) show(names);
      return undefined;
    }

    function later() {
      clearTimeout(waiting);
      waiting = setTimeout(suggest, WAIT_MS);
    }

    input.addEventListener("input", function (event) {
      // while characters are put together from pinyin, only what the reader has accepted counts
      if (!event.isComposing) later();
    });
    input.addEventListener("compositionend", later);
    input.addEventListener("keydown", function (event) {
      if (event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (list.hidden) return;
        event.preventDefault();
        mark(event.key === "ArrowDown" ? active + 1 : active < 0 ? -1 : active - 1);
      } else if (event.key === "Enter" && active >= 0) {
        event.preventDefault();
        take(list.children[active].textContent);
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
      }
    });
    input.addEventListener("blur", close);
    input.form.addEventListener("submit", function () {
      clearTimeout(waiting);
      if (asking) asking.abort();
      close();
    });
  }

  return { start };
})();
