// What all map pages have around their map: buttons, scale, north, the list of layers, rows of
// the table that lead to the map, and paper.
window.zoningFurniture = (function () {
  "use strict";

  const PRINT_SIZE = "printing";
  const NARROW = 560; // pixels; on a narrower map the list of layers would cover it
  const CSS_PIXEL_M = 0.0254 / 96;

  // The legend covers the right side where there is room for both.
  function legendOver(map) {
    const legend = document.querySelector(".legend");
    const over = getComputedStyle(legend).position === "absolute" && map.getSize().x > 700;
    return over ? legend.offsetWidth : 0;
  }

  function addControls(map, texts, whole) {
    L.control.zoom({ position: "topleft", zoomInTitle: texts.ZOOM_IN, zoomOutTitle: texts.ZOOM_OUT }).addTo(map);
    const home = L.control({ position: "topleft" });
    home.onAdd = () => {
      const bar = L.DomUtil.create("div", "leaflet-bar leaflet-control leaflet-control-zoom");
      const link = L.DomUtil.create("a", "", bar);
      Object.assign(link, { href: "#", role: "button", textContent: "⌂", title: texts.WHOLE_MAP });
      link.setAttribute("aria-label", texts.WHOLE_MAP);
      L.DomEvent.on(link, "click", L.DomEvent.stop).on(link, "click", whole);
      return bar;
    };
    home.addTo(map);
    // north is up on every map of this site; paper maps are expected to say so
    const north = L.control({ position: "bottomleft" });
    north.onAdd = () => {
      const sign = L.DomUtil.create("div", "north leaflet-control");
      sign.title = texts.NORTH;
      sign.setAttribute("role", "img");
      sign.setAttribute("aria-label", texts.NORTH);
      sign.textContent = texts.NORTH_SIGN;
      return sign;
    };
    L.control.scale({ imperial: false, maxWidth: 140, position: "bottomleft" }).addTo(map);
    north.addTo(map);
  }

  function layerList(map, control, texts) {
    if (map.getSize().x < NARROW) {
      control.remove();
      control.options.collapsed = true;
      control.addTo(map);
    }
    const box = control.getContainer();
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", texts.LAYERS);
    const toggle = box.querySelector(".leaflet-control-layers-toggle");
    toggle.setAttribute("title", texts.LAYERS);
    toggle.setAttribute("aria-label", texts.LAYERS);
  }

  // Rows with `data-<name>` lead to what `show(number, button)` shows, where `known(number)`.
  function rows(name, known, show) {
    document.querySelectorAll(`tr[data-${name}]`).forEach((row) => {
      const number = Number(row.dataset[name]);
      const title = row.querySelector(".zone-name");
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = title.textContent;
      button.addEventListener("click", () => show(number, button));
      if (known(number)) title.replaceChildren(button);
    });
  }

  // One to how many, to two digits, of what stands on paper; a map of this size is drawn on it.
  function scaleOf(map) {
    const middle = map.getSize().divideBy(2);
    const metres = map.distance(map.containerPointToLatLng(middle), map.containerPointToLatLng(middle.add([100, 0]))) / 100;
    const zoom = Number(document.body.dataset.enlarged || 1);
    return Number((metres / CSS_PIXEL_M / zoom).toPrecision(2));
  }

  // Ground that is seen without colours, and through which colours are seen.
  function hatch(color, gap) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = gap;
    const pen = tile.getContext("2d");
    pen.strokeStyle = color;
    pen.lineWidth = 1.1;
    pen.beginPath();
    for (const shift of [-gap, 0, gap]) {
      pen.moveTo(shift, gap);
      pen.lineTo(shift + gap, 0);
    }
    pen.stroke();
    return pen.createPattern(tile, "repeat");
  }

  function redraw(map) {
    map.eachLayer((layer) => {
      if (layer instanceof L.Canvas) layer._redraw();
    });
  }

  // Paper has another shape than the screen: the map is drawn anew before it is printed. A canvas
  // draws in the next frame, and printing does not wait for one.
  function paper(map, prepare, finish) {
    const note = document.querySelector(".scale-note");
    function toPaper(on) {
      if (document.body.classList.contains(PRINT_SIZE) === on) return;
      map.closePopup();
      document.body.classList.toggle(PRINT_SIZE, on);
      L.Browser.retina = on || window.devicePixelRatio > 1;
      map.invalidateSize({ animate: false, pan: false });
      prepare();
      redraw(map);
      if (finish) finish();
      if (note) note.textContent = note.dataset.scale.replace("{scale}", scaleOf(map).toLocaleString("en"));
    }
    window.addEventListener("beforeprint", () => toPaper(true));
    window.addEventListener("afterprint", () => toPaper(false));
    window.matchMedia("print").addEventListener("change", (event) => toPaper(event.matches));
    const button = document.getElementById("print-button");
    if (button) button.addEventListener("click", () => window.print());
  }

  return { addControls, hatch, layerList, legendOver, paper, redraw, rows };
})();
