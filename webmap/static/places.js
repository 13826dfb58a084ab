"use strict";
// Circles on the map of opinions: how many participants have named a place, and what its name is.
(function () {
  const SMALLEST = 7, LARGEST = 34;
  const { map, schools, control } = window.zoningLayers;
  const data = JSON.parse(document.getElementById("map-data").textContent);
  window.zoningShapes.draw();
  control.remove();
  schools.eachLayer((marker) => {
    const sign = marker.getElement();
    if (!sign) return;
    sign.removeAttribute("tabindex");
    sign.removeAttribute("role");
    sign.setAttribute("aria-hidden", "true");
  });
  map.fitBounds(data.bounds, { animate: false });
  L.control.zoom({ position: "topleft", zoomInTitle: data.texts.IN, zoomOutTitle: data.texts.OUT }).addTo(map);
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  const most = Math.max(1, ...data.places.map((place) => place[3]));
  for (const [name, lat, lng, participants, told] of data.places) {
    const radius = SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(participants / most);
    const said = document.createElement("span");
    said.textContent = `${name}: ${told}`;
    L.circleMarker([lat, lng], { radius, color: "#7a2e10", weight: 2, fillColor: "#d9773f", fillOpacity: 0.55 })
      .bindTooltip(said)
      .addTo(map);
  }
})();
