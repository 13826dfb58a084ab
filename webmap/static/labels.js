// Places names on the map so that none covers another; what has no room is left out.
window.zoningLabels = (function () {
  "use strict";

  const SPACING = 320; // pixels between two of the same name along a line
  const SIGN = 24; // pixels of a school's sign with its rim
  const DOT = 14;
  const GAP = 6; // pixels between two names on one line
  const GOES = 10;
  const NARROWEST = 4; // pixels of a letter of the smallest type
  const LOWEST = 8; // pixels of its height, less the rim
  const HAN_ONLY = /^[\p{Script=Han}\d（）()·]+$/u;

  function overlaps(a, b) {
    return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
  }

  function box(x, y, width, height) {
    return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
  }

  // A turned name is covered by a chain of small squares.
  function chain(x, y, width, height, degrees) {
    if (Math.abs(degrees) < 4) return [box(x, y, width, height)];
    const count = Math.max(1, Math.round(width / height));
    const step = width / count;
    const turn = (degrees * Math.PI) / 180;
    return Array.from({ length: count }, (_, at) => {
      const along = (at + 0.5) * step - width / 2;
      return box(x + along * Math.cos(turn), y + along * Math.sin(turn), height, height);
    });
  }

  // `limited`: whether a name may not be cut off by the border of the map now. `furniture`: what
  // lies on the map.
  function create(map, { limited, furniture }) {
    const pane = map.createPane("labels");
    pane.style.zIndex = 640;
    pane.style.pointerEvents = "none";
    pane.classList.add("leaflet-labels-pane");
    pane.setAttribute("aria-hidden", "true");
    const items = [];
    const obstacles = [];
    let held = false;

    function add(item) {
      const vertical = item.angle !== undefined && Math.abs(item.angle) > 50 && HAN_ONLY.test(item.text);
      items.push({ ...item, vertical, element: null });
    }

    function write(item) {
      const element = document.createElement("span");
      element.className = "map-label away " + item.style;
      element.textContent = item.text;
      if (item.vertical) element.classList.add("vertical");
      item.element = element;
      return element;
    }

    function size(element) {
      return { width: element.offsetWidth, height: element.offsetHeight };
    }

    // All that have not been measured are measured together: the page is laid out twice for them,
    // not twice for each. The name of a school may stand in two lines where one has no room.
    function measure(fresh) {
      if (!fresh.length) return;
      pane.append(...fresh.map(write));
      for (const item of fresh) {
        Object.assign(item, size(item.element));
        item.forms = [{ width: item.width, height: item.height, narrow: false }];
      }
      const schools = fresh.filter((item) => item.style === "school");
      for (const item of schools) item.element.classList.add("narrow");
      for (const item of schools) {
        const narrow = { ...size(item.element), narrow: true };
        if (narrow.height > item.height) item.forms.push(narrow);
      }
      for (const item of schools) item.element.classList.remove("narrow");
    }

    // Whether the smallest type there is would not fit: such a name need not even be measured.
    function hopeless(item) {
      const pixels = 1 / metresPerPixel(item.at[0]);
      if (item.length !== undefined) return item.length * pixels < item.text.length * NARROWEST;
      return item.radius !== undefined && item.radius * pixels < LOWEST;
    }

    // Candidates as offsets from the anchor to the middle of the name.
    function candidates(item, form) {
      const w = form.width / 2;
      const h = form.height / 2;
      if (item.style === "school") {
        return [
          [0, 13 + h], [14 + w, 0], [-14 - w, 0], [0, -13 - h], [12 + w, 11], [-12 - w, 11], [12 + w, -11], [-12 - w, -11],
          [w * 0.6, 13 + h], [-w * 0.6, 13 + h], [w * 0.6, -13 - h], [-w * 0.6, -13 - h],
        ];
      }
      if (item.style === "zone") {
        const reach = Math.max(16, item.radius / metresPerPixel(item.at[0]));
        const steps = [0, -22, 22, -40, 40].filter((dy) => Math.abs(dy) <= reach);
        return steps.flatMap((dy) => [[0, dy], [-w * 0.5, dy], [w * 0.5, dy]]);
      }
      return [[0, 0]];
    }

    function metresPerPixel(lat) {
      return (40075016.686 * Math.cos((lat * Math.PI) / 180)) / Math.pow(2, map.getZoom() + 8);
    }

    function tooLong(item) {
      const extent = Math.max(item.width, item.height);
      return item.length !== undefined && item.length / metresPerPixel(item.at[0]) < extent * 1.15;
    }

    // A zone that is smaller than its name's letters is named where there is room: nearer by.
    function tooSmall(item) {
      return item.radius !== undefined && item.radius / metresPerPixel(item.at[0]) < item.height * 0.75;
    }

    // Signs that would cover each other become dots.
    function shrink() {
      const shown = obstacles.filter((one) => one.shown());
      const points = shown.map((one) => map.latLngToLayerPoint(one.at));
      shown.forEach((one, at) => {
        one.size = points.some((other, to) => to !== at && other.distanceTo(points[at]) < SIGN) ? DOT : SIGN;
        if (one.resize) one.resize(one.size === DOT);
      });
    }

    function signs() {
      return obstacles
        .filter((one) => one.shown())
        .map((one) => {
          const point = map.latLngToLayerPoint(one.at);
          return box(point.x, point.y, one.size, one.size);
        });
    }

    // One go: the earlier a name stands in the order, the freer it may choose.
    // Those in `tight` try the form that takes the least width first.
    function arrange(order, blocked, inside, tight) {
      const taken = [...blocked];
      const written = new Map();
      const spots = new Map();
      const missing = [];
      for (const item of order) {
        const anchor = map.latLngToLayerPoint(item.at);
        const along = item.angle !== undefined;
        const earlier = written.get(item.text) || [];
        if (along && earlier.some((other) => other.distanceTo(anchor) < SPACING)) continue;
        const spot = free(item, tight.has(item) ? [...item.forms].reverse() : item.forms, anchor, taken, inside);
        if (spot) {
          taken.push(...spot.boxes);
          written.set(item.text, [...earlier, anchor]);
          spots.set(item, spot);
        } else if (!along) {
          missing.push(item);
        }
      }
      return { spots, missing };
    }

    // Names that found no room go first in the next go; the go that leaves out fewest counts.
    function place() {
      shrink();
      const inside = limited();
      const blocked = [...signs(), ...covered()];
      const wanted = items.filter((item) => item.shown() && !hopeless(item));
      measure(wanted.filter((item) => !item.element));
      let order = wanted.filter((item) => !tooLong(item) && !tooSmall(item));
      let best = null;
      const tight = new Set();
      for (let go = 0; go < GOES; go += 1) {
        const found = arrange(order, blocked, inside, tight);
        if (!best || found.missing.length < best.missing.length) best = found;
        if (!found.missing.length) break;
        const first = new Set(found.missing);
        for (const item of first) tight.add(item);
        order = [...found.missing, ...order.filter((item) => !first.has(item))];
      }
      for (const item of items) {
        if (!item.element) continue;
        const spot = best.spots.get(item);
        item.element.classList.toggle("away", !spot);
        if (spot) show(item, spot);
      }
    }

    // What lies on the map, as boxes in its own coordinates.
    function covered() {
      return furniture()
        .filter((one) => one && one.offsetParent)
        .map((one) => {
          const own = one.getBoundingClientRect();
          const frame = map.getContainer().getBoundingClientRect();
          const from = map.containerPointToLayerPoint([own.left - frame.left, own.top - frame.top]);
          return [from.x, from.y, from.x + own.width, from.y + own.height];
        });
    }

    function inFrame([left, top, right, bottom]) {
      const size = map.getSize();
      const from = map.containerPointToLayerPoint([0, 0]);
      return left >= from.x + 3 && top >= from.y + 3 && right <= from.x + size.x - 3 && bottom <= from.y + size.y - 3;
    }

    function free(item, tried, anchor, taken, inside) {
      for (const form of tried) {
        for (const [dx, dy] of candidates(item, form)) {
          const x = anchor.x + dx;
          const y = anchor.y + dy;
          const turn = item.angle || 0;
          const boxes = item.vertical
            ? chain(x, y, form.height, form.width, turn)
            : chain(x, y, form.width + GAP, form.height, turn);
          if (inside && !boxes.every(inFrame)) continue;
          if (!boxes.some((one) => taken.some((other) => overlaps(one, other)))) return { x, y, boxes, form };
        }
      }
      return null;
    }

    function show(item, spot) {
      const turn = item.angle || 0;
      const rest = item.vertical ? (turn > 0 ? turn - 90 : turn + 90) : turn;
      const left = spot.x - spot.form.width / 2;
      const top = spot.y - spot.form.height / 2;
      item.element.classList.toggle("narrow", spot.form.narrow);
      item.element.style.transform = `translate(${left}px, ${top}px) rotate(${rest}deg)`;
    }

    // What `action` moves is not followed step by step: names are placed when it is done.
    function placeAfter(action) {
      held = true;
      try {
        action();
      } finally {
        held = false;
      }
      place();
    }

    map.on("zoomstart", () => pane.classList.add("moving"));
    map.on("zoomend viewreset resize", () => {
      pane.classList.remove("moving");
      if (!held) place();
    });
    return { add, place, placeAfter, obstacle: (one) => obstacles.push({ ...one, size: SIGN }) };
  }

  return { create };
})();
