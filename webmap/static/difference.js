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
  const furniture = window.zoningFurniture;

  // The legend covers the right side where there is room for both; there the map moves left.
  function frame(bounds) {
    const over = furniture.legendOver(map);
    map.closePopup();
    map.fitBounds(bounds, {
      paddingTopLeft: [18, 18],
      paddingBottomRight: [18 + (over ? over + 8 : 0), 18],
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

  window.zoningShapes.draw();
  bindBlocks();
  bindSchools();
  furniture.addControls(map, texts, whole);
  furniture.layerList(map, control, texts);
  furniture.rows("block", (number) => shapes[number], showBlock);
  whole();
  map.setMinZoom(Math.floor(map.getZoom()) - 1);
  frame(data.focus);
  map.on("overlayadd", () => {
    for (const above of [lines, edges, roads]) {
      if (map.hasLayer(above)) above.bringToFront();
    }
  });
  furniture.paper(map, () => frame(data.focus));
})();
