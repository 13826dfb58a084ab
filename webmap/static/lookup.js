// What scripts add to the look-up: names to choose from while typing, and the reader's own position.
// The form works without them. Nothing is kept: no storage, no history, no address in a URL.
(function () {
  "use strict";

  const { zoningBlocks } = window;

  const input = document.getElementById("address");
  const form = input.form;
  const token = form.elements.csrf_token.value;
  const stage = () => form.elements.stage.value;

  // --- names while typing ---

  async function names(text, signal) {
    const answer = await fetch(input.dataset.suggest, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ text: text, stage: stage() }),
      signal: signal,
    });
    return answer.ok ? (await answer.json()).names : [];
  }

  window.zoningCombobox.start(input, names);

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
