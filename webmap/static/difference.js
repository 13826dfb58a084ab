// Joins folium's layers of a what-if with this page's names, tooltips, table and print.
(function () {
  "use strict";

  const data = JSON.parse(document.getElementById("map-data").textContent);
  const { map, blocks, lines, edges, roads, control } = window.zoningLayers;
  const { schools } = window.zoningLayers;
  const { tip } = window.zoningPopups;
  const texts = data.texts;
  const popups = window.zoningPopups.create(map, texts);
  const shapes = [];
  const PRINT_SIZE = "printing";

  // The legend covers the right side where there is room for both; there the map moves left.
  function frame(bounds) {
    const legend = document.querySelector(".legend");
    const over = getComputedStyle(legend).position === "absolute" && map.getSize().x > 700;
    map.closePopup();
    map.fitBounds(bounds, {
      paddingTopLeft: [18, 18],
      paddingBottomRight: [18 + (over ? legend.offsetWidth + 8 : 0), 18],
      maxZoom: 15,
      animate: false,
    });
  }

  function whole() {
    frame(data.bounds);
  }

  function showBlock(number, opener) {
    const shape = shapes[number];
    const [title, line] = data.blocks[number];
    map.fitBounds(shape.getBounds(), { padding: [60, 60], maxZoom: 15, animate: false });
    popups.open(shape.getBounds().getCenter(), { title, lines: [line] }, { opener });
  }

  function bindBlocks() {
    blocks.eachLayer((shape) => {
      const number = shape.feature.id;
      const [title, line] = data.blocks[number];
      shapes[number] = shape;
      shape.bindTooltip(() => tip(title, line), { sticky: true });
      shape.on("click", (event) => popups.open(event.latlng, { title, lines: [line] }));
    });
  }

  function bindSchools() {
    schools.eachLayer((marker) => {
      const [name, role] = data.schools[marker.feature.id];
      const title = () => marker.getElement().setAttribute("aria-label", [name, role].filter(Boolean).join(" "));
      marker.on("add", title);
      if (marker.getElement()) title();
      marker.bindTooltip(() => tip(name, role), { direction: "top", offset: [0, -12], permanent: Boolean(role) });
    });
  }

  function addControls() {
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

  function nameControl() {
    if (map.getSize().x < 560) {
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

  function addTable() {
    document.querySelectorAll("tr[data-block]").forEach((row) => {
      const number = Number(row.dataset.block);
      const name = row.querySelector(".zone-name");
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = name.textContent;
      button.addEventListener("click", () => showBlock(number, button));
      if (shapes[number]) name.replaceChildren(button);
    });
  }

  // Paper has another shape than the screen: the map is drawn anew before it is printed.
  function toPaper(on) {
    if (document.body.classList.contains(PRINT_SIZE) === on) return;
    document.body.classList.toggle(PRINT_SIZE, on);
    map.invalidateSize({ animate: false, pan: false });
    frame(data.focus);
    map.eachLayer((layer) => {
      if (layer instanceof L.Canvas) layer._redraw();
    });
  }

  bindBlocks();
  bindSchools();
  addControls();
  nameControl();
  addTable();
  whole();
  map.setMinZoom(Math.floor(map.getZoom()) - 1);
  frame(data.focus);
  map.on("overlayadd", () => {
    for (const above of [lines, edges, roads]) {
      if (map.hasLayer(above)) above.bringToFront();
    }
  });
  window.addEventListener("beforeprint", () => toPaper(true));
  window.addEventListener("afterprint", () => toPaper(false));
  document.getElementById("print-button").addEventListener("click", () => window.print());
})();
