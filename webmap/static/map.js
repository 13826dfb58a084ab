// Joins folium's layers with this page's names, popups, search, legend and print.
(function () {
  "use strict";

  const data = JSON.parse(document.getElementById("map-data").textContent);
  const { map, zones, times, changed, lines, edges, schools, control } = window.zoningLayers;
  const { fill, tip } = window.zoningPopups;
  const furniture = window.zoningFurniture;
  const texts = data.texts;
  const popups = window.zoningPopups.create(map, texts);
  const labels = window.zoningLabels.create(map, {
    limited: () => map.getBounds().contains(data.bounds),
    furniture: () => [document.querySelector(".inset"), document.querySelector(".legend"), document.querySelector(".north")],
  });
  const zoneShapes = [];
  let overview = 0;
  let framed = "";
  const ground = [zones, times, changed, lines, edges].filter(Boolean);
  const EDGE = 10; // pixels between the border of the map and what lies on it
  const signText = document.querySelector(".legend .school-sign").textContent;

  // The legend covers the right side where there is room for both; there the plan moves left.
  function frame(column) {
    const size = map.getSize();
    const [[south, west], [north, east]] = data.bounds;
    const extent = map.project([south, east], 12).subtract(map.project([north, west], 12));
    const besides = column && extent.x / extent.y < size.x / size.y + 0.4 ? column + 8 : 0;
    // a map that already lies so is not drawn anew
    const state = () => [size, besides, map.getCenter(), map.getZoom()].join();
    if (framed === state()) return;
    map.fitBounds(data.bounds, { paddingTopLeft: [18, 18], paddingBottomRight: [18 + besides, 18], animate: false });
    framed = state();
  }

  // What is left of the right side between the list of layers and the legend.
  function roomForInset() {
    const size = map.getSize();
    const layers = control.getContainer();
    const top = layers.offsetParent ? layers.offsetHeight + 2 * EDGE : EDGE;
    const height = Math.min(380, document.querySelector(".legend").offsetTop - EDGE - top);
    const width = Math.min(340, Math.round(size.x * 0.38));
    return height < 170 || width < 300 ? null : { left: size.x - width - EDGE, top, width, height };
  }

  function whole() {
    labels.placeAfter(() => {
      const over = furniture.legendOver(map);
      map.closePopup();
      inset.hide();
      frame(over);
      const crowd = over && inset.crowd();
      const room = crowd && roomForInset();
      if (room) {
        frame(room.width);
        inset.show(crowd, room);
      }
      overview = map.getZoom();
    });
  }

  function showZone(number, opener) {
    const shape = zoneShapes[number];
    if (!shape) return;
    map.fitBounds(shape.getBounds(), { padding: [40, 40], maxZoom: 15, animate: false });
    popups.open(data.zones[number].at, data.zones[number], { opener });
  }

  function showSchool(number, opener) {
    const school = data.schools[number];
    map.setView(school.at, Math.max(map.getZoom(), 14), { animate: false });
    popups.open(school.at, school, { opener });
  }

  function showPlace(place, opener) {
    const [name, division, lat, lng, numbers] = place;
    const found = numbers.map((number) => data.zones[number].title);
    map.setView([lat, lng], Math.max(map.getZoom(), 15), { animate: false });
    const content = { title: name, lines: [division, texts.PLACE_ZONES, ...found].filter(Boolean), note: texts.PLACE_NOTE };
    popups.open([lat, lng], content, { opener });
  }

  function minutesOf(block) {
    return block[1] === null ? texts.BLOCK_UNREACHABLE : fill(texts.BLOCK_MINUTES, { minutes: block[1].toFixed(1) });
  }

  function bindZones() {
    zones.eachLayer((shape) => {
      const number = shape.feature.id;
      zoneShapes[number] = shape;
      shape.bindTooltip(() => tip(data.zones[number].title), { sticky: true });
      shape.on("click", (event) => popups.open(event.latlng, data.zones[number]));
    });
  }

  function bindBlocks() {
    if (!data.blocks.length) return;
    times.eachLayer((shape) => {
      const block = data.blocks[shape.feature.id];
      const zone = data.zones[block[2]];
      shape.bindTooltip(() => tip(block[0] || zone.title, minutesOf(block)), { sticky: true });
      shape.on("click", (event) => popups.open(event.latlng, zone, { extra: [`${block[0]} ${minutesOf(block)}`.trim()] }));
    });
  }

  function bindSchools() {
    schools.eachLayer((marker) => {
      const number = marker.feature.id;
      const school = data.schools[number];
      const name = () => marker.getElement().setAttribute("aria-label", fill(texts.SCHOOL_LABEL, { name: school.title }));
      marker.on("add", name);
      if (marker.getElement()) name();
      marker.bindTooltip(() => tip(school.title), { direction: "top", offset: [0, -12] });
      marker.on("click", (event) => {
        const byKey = event.originalEvent && event.originalEvent.type !== "click";
        popups.open(school.at, school, { opener: byKey ? marker.getElement() : null });
      });
      marker.on("keypress", (event) => {
        if (event.originalEvent.key === "Enter") popups.open(school.at, school, { opener: marker.getElement() });
      });
      const resize = (small) => marker.getElement().classList.toggle("small", small);
      labels.obstacle({ at: school.at, resize, shown: () => map.hasLayer(schools) });
    });
  }

  // `elsewhere` tells of a place that is named on another picture.
  function labelItems(elsewhere) {
    const shownZones = () => map.hasLayer(zones) || map.hasLayer(times);
    const shownSchools = () => map.hasLayer(schools);
    return [
      ...data.zones
        .filter((zone, number) => zoneShapes[number])
        .map((zone) => ({ text: zone.title, at: zone.at, radius: zone.radius, single: zone.single, style: "zone", shown: shownZones })),
      ...data.schools.map((school) => ({
        text: school.title, at: school.at, style: "school", shown: () => shownSchools() && !elsewhere(school.at),
      })),
      ...data.names.map(([text, kind, lat, lng, angle, length]) => ({
        text, at: [lat, lng], angle, length, style: `line ${kind}`, shown: () => map.hasLayer(lines),
      })),
    ];
  }

  // The legend tells only of what is on the map; under the times the zones are outlines.
  function tell() {
    const roles = { zones: map.hasLayer(zones) && !map.hasLayer(times), times, lines, schools, changed };
    for (const [role, layer] of Object.entries(roles)) {
      const shown = typeof layer === "boolean" ? layer : Boolean(layer) && map.hasLayer(layer);
      document.querySelectorAll(`.legend [data-role="${role}"]`).forEach((row) => { row.hidden = !shown; });
    }
  }

  function refresh() {
    tell();
    for (const above of [changed, lines, edges]) {
      if (above && map.hasLayer(above)) above.bringToFront();
    }
    zones.setStyle({ fillOpacity: map.hasLayer(times) ? 0 : data.opacity });
    labels.place();
    inset.refresh();
  }

  function addSearch() {
    const entries = [
      ...data.zones.map((zone, at) => ({ text: zone.title, kind: texts.KIND_zone, choose: (box) => showZone(at, box) })),
      ...data.schools.map((school, at) => ({ text: school.title, kind: texts.KIND_school, choose: (box) => showSchool(at, box) })),
      ...data.places.map((place) => ({ text: place[0], kind: texts.KIND_place, detail: place[1], choose: (box) => showPlace(place, box) })),
    ];
    window.zoningSearch.start(document.querySelector("form.search"), entries, texts);
  }

  furniture.addControls(map, texts, whole);
  furniture.layerList(map, control, texts);
  tell();
  // what lies on the map is put where it will be seen: each place is worked out once
  frame(furniture.legendOver(map));
  if (changed) changed.on("filled", () => changed.setStyle({ fillColor: furniture.hatch("#3a3a3a", 9), fillOpacity: 0.75 }));
  times.on("filled", bindBlocks);
  window.zoningShapes.draw();
  bindZones();
  bindSchools();
  const inset = window.zoningInset.create(map, document.querySelector(".inset"), {
    schools: data.schools,
    bounds: data.bounds,
    labels: labelItems(() => false).filter((item) => !item.single),
    obstacles: data.schools.map((school) => ({ at: school.at, shown: () => map.hasLayer(schools) })),
    groups: () => ground.filter((layer) => map.hasLayer(layer)),
    signs: () => (map.hasLayer(schools) ? data.schools.map((school) => ({ at: school.at, text: signText })) : []),
  });
  for (const item of labelItems((at) => inset.covers(at))) labels.add(item);
  furniture.rows("zone", (number) => zoneShapes[number], showZone);
  addSearch();
  whole();
  map.setMinZoom(Math.floor(map.getZoom()) - 1);
  map.on("overlayadd overlayremove", () => {
    refresh();
    if (inset.shown()) whole();
  });
  map.on("furniture", () => {
    if (inset.shown()) whole();
  });
  map.on("zoomend", () => {
    if (!inset.shown() || map.getZoom() < overview + 0.5) return;
    inset.hide();
    labels.place();
  });
  furniture.paper(map, whole, () => inset.redraw());
  // a link to a zone leads to its row of the table, and here to the zone itself
  const wanted = document.getElementById(window.location.hash.slice(1));
  if (wanted && wanted.dataset.zone) showZone(Number(wanted.dataset.zone));
})();
