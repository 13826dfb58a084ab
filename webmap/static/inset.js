// A second, larger picture of where schools stand too close to be told apart on the whole map.
window.zoningInset = (function () {
  "use strict";

  const NEAR = 34; // pixels between schools that crowd each other
  const FEWEST = 4; // schools that make a crowd
  const LARGEST = 0.45; // a crowd wider than this share of the plan is not enlarged by an inset

  function width(bounds) {
    return bounds.getEast() - bounds.getWest();
  }

  // The largest group of schools in which each has another close by, as bounds.
  function crowd(map, schools, whole) {
    const points = schools.map((school) => map.latLngToContainerPoint(school.at));
    const left = new Set(points.keys());
    let best = [];
    while (left.size) {
      const group = [left.values().next().value];
      left.delete(group[0]);
      for (const one of group) {
        for (const other of [...left]) {
          if (points[one].distanceTo(points[other]) < NEAR) {
            left.delete(other);
            group.push(other);
          }
        }
      }
      if (group.length > best.length) best = group;
    }
    if (best.length < FEWEST) return null;
    const bounds = L.latLngBounds(best.map((at) => schools[at].at)).pad(0.22);
    return width(bounds) < LARGEST * width(L.latLngBounds(whole)) ? bounds : null;
  }

  function eachPath(layer, action) {
    if (layer instanceof L.Path) action(layer);
    else if (layer.eachLayer) layer.eachLayer((one) => eachPath(one, action));
  }

  function create(map, box, parts) {
    const button = box.querySelector("button");
    const picture = box.querySelector(".inset-map");
    let inner = null;
    let labels = null;
    let outline = null;

    function build() {
      inner = L.map(picture, {
        zoomControl: false, attributionControl: false, dragging: false, keyboard: false, boxZoom: false,
        doubleClickZoom: false, scrollWheelZoom: false, touchZoom: false, tap: false, zoomSnap: 0,
        preferCanvas: true, fadeAnimation: false, zoomAnimation: false, trackResize: false,
      });
      inner.setView(map.getCenter(), map.getZoom(), { animate: false });
      labels = window.zoningLabels.create(inner, { limited: () => true, furniture: () => [button] });
      for (const item of parts.labels) {
        labels.add({ ...item, shown: () => item.shown() && inner.getBounds().contains(item.at) });
      }
      for (const item of parts.obstacles) labels.obstacle(item);
    }

    // What is on the large map, in the same order.
    function copy() {
      inner.eachLayer((layer) => {
        if (!(layer instanceof L.Renderer)) inner.removeLayer(layer);
      });
      for (const group of parts.groups()) {
        eachPath(group, (path) => {
          const { renderer, ...options } = path.options;
          new path.constructor(path.getLatLngs(), { ...options, interactive: false }).addTo(inner);
        });
      }
      for (const sign of parts.signs()) {
        const icon = L.divIcon({ className: "school-sign", html: sign.text, iconSize: [20, 20] });
        L.marker(sign.at, { icon, interactive: false, keyboard: false }).addTo(inner);
      }
    }

    function hide() {
      box.hidden = true;
      if (outline) outline.remove();
      outline = null;
    }

    // `room` is a box in the map's container; the whole plan is in view.
    function show(bounds, room) {
      for (const side of ["left", "top", "width", "height"]) box.style[side] = `${room[side]}px`;
      box.hidden = false;
      if (!inner) build();
      inner.invalidateSize({ animate: false, pan: false });
      inner.fitBounds(bounds, { animate: false });
      if (outline) outline.remove();
      outline = L.rectangle(inner.getBounds(), { color: "#2b2b2b", weight: 1.2, fill: false, interactive: false }).addTo(map);
      refresh();
    }

    function refresh() {
      if (!inner || box.hidden) return;
      copy();
      labels.place();
      if (outline) outline.bringToFront();
    }

    const shown = () => !box.hidden;
    const covers = (at) => shown() && inner.getBounds().contains(at);

    function redraw() {
      if (!inner) return;
      inner.eachLayer((layer) => {
        if (layer instanceof L.Canvas) layer._redraw();
      });
    }

    button.addEventListener("click", () => {
      if (outline) map.fitBounds(outline.getBounds(), { animate: false });
    });
    return { crowd: () => crowd(map, parts.schools, parts.bounds), show, hide, refresh, redraw, shown, covers };
  }

  return { create };
})();
