// The map on which a place is picked: what lies under its cross is found on the device.
(function () {
  "use strict";

  // a finger or an eye is off by about so many pixels
  const PIXELS = 8;
  const NAMED_FROM = 15;
  const { map } = window.zoningLayers;
  const { zoningBlocks, zoningLabels } = window;
  const data = JSON.parse(document.getElementById("map-data").textContent);
  const form = document.getElementById("pick-form");
  const fault = form.querySelector(".fault");
  const button = form.querySelector(".main-button");
  const box = map.getContainer();

  // all that needs scripts is hidden until one runs
  document.getElementById("pick-none").hidden = true;
  for (const id of ["pick-how", "pick-map", "pick-form"]) document.getElementById(id).hidden = false;
  map.invalidateSize({ animate: false });
  window.zoningShapes.draw();
  box.setAttribute("role", "application");
  box.setAttribute("aria-label", form.dataset.map);
  box.setAttribute("aria-describedby", "pick-keys");
  L.control.zoom({ position: "topleft", zoomInTitle: data.texts.IN, zoomOutTitle: data.texts.OUT }).addTo(map);
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  window.zoningLayers.control.remove();
  window.zoningLayers.schools.eachLayer((marker) => {
    // signs are seen, not pressed: a click means the place
    const sign = marker.getElement();
    sign.removeAttribute("tabindex");
    sign.removeAttribute("role");
    sign.setAttribute("aria-hidden", "true");
    sign.style.pointerEvents = "none";
  });

  const labels = zoningLabels.create(map, { limited: () => false, furniture: () => [] });
  data.schools.forEach(([text, lat, lng]) => {
    labels.obstacle({ at: [lat, lng], shown: () => true });
    labels.add({ text, at: [lat, lng], style: "school", shown: () => true });
  });
  data.names.forEach(([text, kind, lat, lng, angle, length]) => {
    labels.add({ text, at: [lat, lng], angle, length, style: `line ${kind}`, shown: () => true });
  });
  const near = (at) => map.getZoom() >= NAMED_FROM && map.getBounds().contains(at);
  data.places.forEach(([text, lat, lng]) => {
    labels.add({ text, at: [lat, lng], style: "place", shown: () => near([lat, lng]) });
  });
  map.fitBounds(data.bounds, { animate: false });
  map.setMinZoom(Math.floor(map.getZoom()) - 1);
  labels.place();
  map.on("moveend", () => {
    if (map.getZoom() >= NAMED_FROM) labels.place();
  });

  function metresAPixel() {
    const middle = map.getSize().divideBy(2);
    const beside = map.containerPointToLatLng(middle.add([1, 0]));
    return map.distance(map.getCenter(), beside);
  }

  function say(words) {
    button.disabled = false;
    fault.textContent = words;
    fault.hidden = false;
  }

  async function ask() {
    fault.hidden = true;
    const { lng, lat } = map.getCenter();
    const off = PIXELS * metresAPixel();
    if (off > zoningBlocks.VAGUE_M / 2) return say(form.dataset.vague);
    button.disabled = true;
    let blocks = [];
    try {
      blocks = (await (await fetch(form.dataset.blocks + form.elements.stage.value)).json()).blocks;
    } catch (error) {
      return say(form.dataset.failed);
    }
    const found = zoningBlocks.near(blocks, lng, lat, off + Number(form.dataset.near));
    if (!found.length) return say(form.dataset.outside);
    if (found.length > zoningBlocks.AT_MOST) return say(form.dataset.vague);
    form.elements.blocks.value = found.join(",");
    return form.submit();
  }

  map.on("movestart", () => { fault.hidden = true; });
  map.on("click", (event) => map.panTo(event.latlng));
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== box) return;
    event.preventDefault();
    ask();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  // who comes back finds the button as it was
  window.addEventListener("pageshow", () => { button.disabled = false; });
})();
