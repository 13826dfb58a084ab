// Draws the base map under folium's layers: vector tiles on canvas, names where they have room.
(function () {
  "use strict";

  const element = document.getElementById("map-data");
  const ground = element && JSON.parse(element.textContent).ground;
  if (!ground || !window.zoningLayers) return;

  const { map, control } = window.zoningLayers;
  const TILE = 256;
  const KEPT = 160; // decoded tiles that are remembered
  const FONT = "system-ui, 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif";
  // from the lowest to the topmost: [kind, how it is drawn, from which zoom on]
  const STYLES = [
    ["water", { fill: "#a9cfe8" }, 0],
    ["building", { fill: "#c4b8a6" }, 13],
    ["path", { line: "#ffffff", width: 0.8, dash: [3, 3] }, 14],
    ["minor", { line: "#ffffff", width: 1.6 }, 12],
    ["river", { line: "#8fb9d6", width: 4 }, 0],
    ["major", { line: "#b9b2a6", width: 3.2, inner: "#ffffff", inside: 2 }, 0],
    ["trunk", { line: "#b58a3c", width: 4.2, inner: "#fbe3a6", inside: 2.6 }, 0],
    ["railway", { line: "#6b6b6b", width: 2.6, inner: "#ffffff", inside: 1.4, dash: [7, 7] }, 0],
  ];
  const EDGES = [["block", { line: "#6f6a80", width: 0.8 }, 0]];
  const NAMES = [["town", 600, 15, 0, 14.4], ["place", 400, 12, 14.5, 99], ["minor", 400, 11, 15.5, 99]];

  const archives = ground.files.map((file) => ({ low: file.zooms[0], high: file.zooms[1], archive: window.zoningArchive.open(file.url) }));
  const decoded = new Map();

  // The file of a zoom, and the zoom whose tiles are taken: beyond the last they are enlarged.
  function origin(zoom) {
    const found = archives.filter((one) => zoom >= one.low).pop();
    return found && { archive: found.archive, zoom: Math.min(zoom, found.high) };
  }

  function features(archive, z, x, y) {
    const key = `${z}/${x}/${y}`;
    if (!decoded.has(key)) {
      const read = archive.tile(z, x, y).then((bytes) => (bytes ? window.zoningVectorTile.decode(bytes) : []));
      decoded.set(key, read);
      read.catch(() => decoded.delete(key));
      if (decoded.size > KEPT) decoded.delete(decoded.keys().next().value);
    }
    return decoded.get(key);
  }

  function trace(pen, parts) {
    pen.beginPath();
    for (const part of parts) {
      pen.moveTo(part[0], part[1]);
      for (let at = 2; at < part.length; at += 2) pen.lineTo(part[at], part[at + 1]);
    }
  }

  function stroke(pen, parts, color, width, dash) {
    trace(pen, parts);
    Object.assign(pen, { strokeStyle: color, lineWidth: width });
    pen.setLineDash(dash);
    pen.stroke();
  }

  function paint(pen, layers, styles, zoom, scale) {
    for (const [kind, style, from] of styles) {
      if (zoom < from) continue;
      const parts = layers.flatMap((layer) => layer.features.filter((one) => one.texts.kind === kind && one.type !== "point").flatMap((one) => one.parts));
      if (style.fill) {
        trace(pen, parts);
        pen.fillStyle = style.fill;
        pen.fill("evenodd");
        continue;
      }
      const dash = (style.dash || []).map((length) => length * scale);
      stroke(pen, parts, style.line, style.width * scale, style.inner ? [] : dash);
      if (style.inner) stroke(pen, parts, style.inner, style.inside * scale, dash);
    }
  }

  const Tiles = L.GridLayer.extend({
    createTile(coords, done) {
      const canvas = L.DomUtil.create("canvas", "ground-tile");
      const sharp = window.devicePixelRatio > 1 ? 2 : 1;
      canvas.width = canvas.height = TILE * sharp;
      const from = origin(coords.z);
      if (!from) {
        setTimeout(() => done(null, canvas), 0);
        return canvas;
      }
      const times = Math.pow(2, coords.z - from.zoom);
      const [x, y] = [Math.floor(coords.x / times), Math.floor(coords.y / times)];
      features(from.archive, from.zoom, x, y)
        .then((layers) => {
          const extent = layers.length ? layers[0].extent : 4096;
          const scale = extent / TILE / times; // units of the tile for one pixel
          const pen = canvas.getContext("2d");
          pen.scale(sharp / scale, sharp / scale);
          pen.translate((-(coords.x - x * times) * extent) / times, (-(coords.y - y * times) * extent) / times);
          Object.assign(pen, { lineJoin: "round", lineCap: "butt" });
          paint(pen, layers, this.options.styles, coords.z, scale);
          done(null, canvas);
        })
        .catch((error) => done(error, canvas));
      return canvas;
    },
  });

  // Middle of a line and the angle at which a name along it is read.
  function along(part) {
    const at = Math.max(0, Math.floor(part.length / 4 - 1) * 2);
    const [x, y, toX, toY] = part.slice(at, at + 4);
    let angle = Math.atan2(toY - y, toX - x);
    if (Math.abs(angle) > Math.PI / 2) angle -= Math.sign(angle) * Math.PI;
    return { x: (x + toX) / 2, y: (y + toY) / 2, angle };
  }

  function overlaps(a, b) {
    return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
  }

  const Names = L.Layer.extend({
    onAdd() {
      const pane = map.getPane("ground-names") || map.createPane("ground-names");
      pane.style.zIndex = 630;
      pane.style.pointerEvents = "none";
      this.canvas = L.DomUtil.create("canvas", "ground-names", pane);
      this.canvas.setAttribute("aria-hidden", "true");
      map.on("moveend zoomend resize", this.write, this);
      map.on("zoomstart", this.hide, this);
      this.write();
    },

    onRemove() {
      map.off("moveend zoomend resize", this.write, this);
      map.off("zoomstart", this.hide, this);
      this.canvas.remove();
    },

    hide() {
      this.canvas.style.visibility = "hidden";
    },

    async write() {
      const zoom = map.getZoom();
      const from = origin(Math.round(zoom));
      const turn = (this.turn = {});
      if (!from) return this.hide();
      const bounds = map.getBounds();
      const corner = (place) => map.project(place, from.zoom).divideBy(TILE).floor();
      const [first, last] = [corner(bounds.getNorthWest()), corner(bounds.getSouthEast())];
      const wanted = [];
      for (let x = first.x; x <= last.x; x += 1) {
        for (let y = first.y; y <= last.y; y += 1) wanted.push([x, y]);
      }
      const read = await Promise.allSettled(wanted.map(([x, y]) => features(from.archive, from.zoom, x, y)));
      if (turn !== this.turn || !map.hasLayer(this)) return undefined;
      return this.put(this.found(wanted, read, from.zoom, zoom));
    },

    found(wanted, read, native, zoom) {
      return NAMES.filter(([, , , low, high]) => zoom >= low && zoom < high).flatMap(([kind, weight, size]) =>
        wanted.flatMap(([x, y], at) => (read[at].value || []).flatMap((layer) =>
          layer.features.filter((one) => one.texts.kind === kind && one.texts.name && one.parts[0]).map((one) => {
            const part = one.parts[0];
            const spot = one.type === "point" ? { x: part[0], y: part[1], angle: 0 } : along(part);
            const place = L.point(x + spot.x / layer.extent, y + spot.y / layer.extent).multiplyBy(TILE);
            return { text: one.texts.name, angle: spot.angle, font: `${weight} ${size}px ${FONT}`, size, at: map.latLngToContainerPoint(map.unproject(place, native)) };
          }))));
    },

    put(names) {
      const size = map.getSize();
      const sharp = window.devicePixelRatio > 1 ? 2 : 1;
      Object.assign(this.canvas, { width: size.x * sharp, height: size.y * sharp });
      Object.assign(this.canvas.style, { width: `${size.x}px`, height: `${size.y}px`, visibility: "" });
      L.DomUtil.setPosition(this.canvas, map.containerPointToLayerPoint([0, 0]));
      const frame = map.getContainer().getBoundingClientRect();
      const taken = [...map.getContainer().querySelectorAll(".map-label:not(.away), .school-sign")].map((one) => {
        const box = one.getBoundingClientRect();
        return [box.left - frame.left, box.top - frame.top, box.right - frame.left, box.bottom - frame.top];
      });
      const pen = this.canvas.getContext("2d");
      pen.scale(sharp, sharp);
      Object.assign(pen, { textAlign: "center", textBaseline: "middle", lineWidth: 3, strokeStyle: "rgb(255 255 255 / 85%)", fillStyle: "#4a4a4a", lineJoin: "round" });
      const written = new Set();
      for (const { text, angle, font, size: height, at } of names) {
        pen.font = font;
        const half = pen.measureText(text).width / 2;
        const across = Math.abs(Math.cos(angle)) * half + height;
        const down = Math.abs(Math.sin(angle)) * half + height * 0.7;
        const box = [at.x - across, at.y - down, at.x + across, at.y + down];
        if (written.has(text) || taken.some((other) => overlaps(box, other))) continue;
        taken.push(box);
        written.add(text);
        pen.save();
        pen.translate(at.x, at.y);
        pen.rotate(angle);
        pen.strokeText(text, 0, 0);
        pen.fillText(text, 0, 0);
        pen.restore();
      }
      this.canvas.dataset.names = String(written.size);
    },
  });

  function offer() {
    if (archives.length && window.zoningArchive.possible()) {
      const tiles = new Tiles({ styles: STYLES, className: "ground" });
      control.addOverlay(L.layerGroup([tiles, new Names()]).addTo(map), ground.texts.LAYER_GROUND);
      const pane = map.createPane("ground-blocks"); // roads and zones would cover edges
      pane.style.zIndex = 410;
      pane.style.pointerEvents = "none";
      control.addOverlay(new Tiles({ styles: EDGES, minZoom: 13, pane: "ground-blocks" }), ground.texts.LAYER_BLOCKS);
    }
    if (!ground.tianditu) return;
    // nobody is asked for tiles before the reader wants them
    const address = (layer) => `https://t{s}.tianditu.gov.cn/${layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=${layer}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=${ground.tianditu}`;
    const both = ["vec", "cva"].map((layer) => L.tileLayer(address(layer), { subdomains: "01234567", maxZoom: 18, zIndex: 2, referrerPolicy: "no-referrer", attribution: ground.texts.TIANDITU }));
    control.addOverlay(L.layerGroup(both), ground.texts.LAYER_TIANDITU);
  }

  offer();
  // the list of layers is longer now
  map.fire("furniture");
})();
