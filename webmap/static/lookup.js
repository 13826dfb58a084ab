// What scripts add to the look-up: names to choose from while typing, and the reader's own position.
// The form works without them. Nothing is kept: no storage, no history, no address in a URL.
(function () {
  "use strict";

  const WAIT_MS = 200;
  const { zoningBlocks } = window;

  const input = document.getElementById("address");
  const form = input.form;
  const token = form.elements.csrf_token.value;
  const stage = () => form.elements.stage.value;

  // --- names while typing: the combobox of the ARIA authoring practices, list autocomplete ---

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

  async function ask() {
    if (asking) asking.abort();
    const own = new AbortController();
    asking = own;
    const text = input.value.trim();
    if (!text) return close();
    let names = [];
    try {
      const answer = await fetch(input.dataset.suggest, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: JSON.stringify({ text: text, stage: stage() }),
        signal: own.signal,
      });
      if (answer.ok) names = (await answer.json()).names;
    } catch (error) {
      // without the network the form is still a form
      if (own.signal.aborted) return undefined;
    }
    if (asking === own && document.activeElement === input) show(names);
    return undefined;
  }

  input.addEventListener("input", function (event) {
    // while characters are put together from pinyin, only what the reader has accepted counts
    if (event.isComposing) return;
    clearTimeout(waiting);
    waiting = setTimeout(ask, WAIT_MS);
  });
  input.addEventListener("compositionend", function () {
    clearTimeout(waiting);
    waiting = setTimeout(ask, WAIT_MS);
  });
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
  form.addEventListener("submit", function () {
    clearTimeout(waiting);
    if (asking) asking.abort();
  });

  // --- the reader's position: it stays here, only the ids of the blocks around it are sent ---

  const pick = document.getElementById("pick");
  if (pick) pick.hidden = false;
  const position = document.getElementById("position");
  if (!position || !window.isSecureContext || !navigator.geolocation) return;
  position.hidden = false;
  const fault = position.querySelector(".fault");
  const button = position.querySelector("button");

  function say(words) {
    button.disabled = false;
    fault.textContent = words;
    fault.hidden = false;
  }

  async function found(place) {
    const { longitude, latitude, accuracy } = place.coords;
    if (accuracy > zoningBlocks.VAGUE_M) return say(position.dataset.vague);
    let blocks = [];
    try {
      blocks = (await (await fetch(position.dataset.blocks + stage())).json()).blocks;
    } catch (error) {
      return say(position.dataset.refused);
    }
    const near = zoningBlocks.near(blocks, longitude, latitude, accuracy + Number(position.dataset.near));
    if (!near.length) return say(position.dataset.outside);
    if (near.length > zoningBlocks.AT_MOST) return say(position.dataset.vague);
    form.elements.blocks.value = near.join(",");
    input.value = "";
    return form.submit();
  }

  button.addEventListener("click", function () {
    fault.hidden = true;
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(found, () => say(position.dataset.refused), {
      enableHighAccuracy: true,
      timeout: 15000,
    });
  });
})();
