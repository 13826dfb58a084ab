// Two states of the zones on one map: a slider, by pointer or keyboard, says how far each is seen.
(function () {
  "use strict";

  const data = JSON.parse(document.getElementById("map-data").textContent);
  const { map, lines, changed, schools, control } = window.zoningLayers;
  const { tip } = window.zoningPopups;
  const furniture = window.zoningFurniture;
  const texts = data.texts;
  const popups = window.zoningPopups.create(map, texts);
  const slider = document.querySelector(".swipe input");
  const bar = document.querySelector(".swipe-line");
  const shapes = [];

  // A pane has no size of its own: it is cut in pixels of the layers, which move with the map.
  function cut() {
    const size = map.getSize();
    const from = map.containerPointToLayerPoint([0, 0]);
    const to = map.containerPointToLayerPoint(size);
    const middle = Math.round(from.x + (size.x * Number(slider.value)) / 100);
    map.getPane("before").style.clip = `rect(${from.y}px, ${middle}px, ${to.y}px, ${from.x}px)`;
    map.getPane("after").style.clip = `rect(${from.y}px, ${to.x}px, ${to.y}px, ${middle}px)`;
    bar.style.left = `${slider.value}%`;
  }

  function frame(bounds) {
    const over = furniture.legendOver(map);
    map.closePopup();
    map.fitBounds(bounds, {
      paddingTopLeft: [18, 18],
      paddingBottomRight: [18 + (over ? over + 8 : 0), 18],
      maxZoom: 15,
      animate: false,
    });
    cut();
  }

  function whole() {
    frame(data.bounds);
  }

  function show(number, opener) {
    const shape = shapes[number];
    map.fitBounds(shape.getBounds(), { padding: [60, 60], maxZoom: 15, animate: false });
    popups.open(shape.getBounds().getCenter(), { title: texts.CHANGED, lines: [data.changes[number]] }, { opener });
  }

  window.zoningShapes.draw();
  changed.eachLayer((shape) => {
    const number = shape.feature.id;
    shapes[number] = shape;
    shape.bindTooltip(() => tip(data.changes[number]), { sticky: true });
    shape.on("click", (event) => popups.open(event.latlng, { title: texts.CHANGED, lines: [data.changes[number]] }));
  });
  schools.eachLayer((marker) => {
    const name = data.schools[marker.feature.id];
    const title = () => marker.getElement().setAttribute("aria-label", name);
    marker.on("add", title);
    if (marker.getElement()) title();
    marker.bindTooltip(() => tip(name), { direction: "top", offset: [0, -12] });
  });

  changed.setStyle({ fillColor: furniture.hatch("#222222", 9), fillOpacity: 0.8 });
  furniture.addControls(map, texts, whole);
  furniture.layerList(map, control, texts);
  furniture.rows("change", (number) => shapes[number], show);
  whole();
  map.setMinZoom(Math.floor(map.getZoom()) - 1);
  frame(data.focus);
  slider.addEventListener("input", cut);
  map.on("move zoomend resize viewreset", cut);
  map.on("overlayadd", () => {
    for (const above of [lines, changed]) {
      if (map.hasLayer(above)) above.bringToFront();
    }
  });
  // paper shows the two drawings, which a reader without scripts sees as well
  document.getElementById("print-button").addEventListener("click", () => window.print());
})();
