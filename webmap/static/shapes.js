// Shapes of layers: short in the page, and made when the map is framed and their layer is shown.
window.zoningShapes = (function () {
  "use strict";

  const UNITS = 1e5; // of a degree: what the page tells places in
  const waiting = [];

  // From each place the steps to the next, east and north in turns, and from line to line.
  function features(shapes) {
    let east = 0;
    let north = 0;

    function places(steps) {
      const found = new Array(steps.length / 2);
      for (let at = 0; at < found.length; at += 1) {
        east += steps[2 * at];
        north += steps[2 * at + 1];
        found[at] = [east / UNITS, north / UNITS];
      }
      return found;
    }

    return shapes.map(([id, isArea, parts]) => {
      const geometry = isArea
        ? { type: "MultiPolygon", coordinates: parts.map((rings) => rings.map(places)) }
        : { type: "MultiLineString", coordinates: parts.map(places) };
      return { type: "Feature", id, properties: {}, geometry };
    });
  }

  // `of`: which of the styles each shape has; `read` returns the shapes as they stand in the page.
  function put(layer, styles, of, read) {
    layer.options.style = (shape) => styles[of[shape.id]];
    waiting.push([layer, read]);
  }

  // A layer that is not on the map is filled when somebody chooses it. It fires "filled".
  function draw() {
    const { map } = window.zoningLayers;
    for (const [layer, read] of waiting.splice(0)) {
      const fill = () => {
        layer.addData({ type: "FeatureCollection", features: features(read()) });
        layer.fire("filled");
      };
      if (map.hasLayer(layer)) fill();
      else layer.once("add", fill);
    }
  }

  return { draw, put };
})();
