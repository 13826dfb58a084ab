// Which blocks lie around a point: found on the device, so that no position ever leaves it.
window.zoningBlocks = (function () {
  "use strict";

  // a position that is less accurate says nothing of a zone
  const VAGUE_M = 150;
  const AT_MOST = 8;
  const METRES_A_DEGREE = 111195;

  // metres east and north of the position
  function plane(lon, lat) {
    const scale = Math.cos((lat * Math.PI) / 180);
    return function (point) {
      return [(point[0] - lon) * METRES_A_DEGREE * scale, (point[1] - lat) * METRES_A_DEGREE];
    };
  }

  // metres from the position to a block; 0 inside
  function away(rings, toMetres) {
    let inside = false;
    let nearest = Infinity;
    for (const ring of rings) {
      const points = ring.map(toMetres);
      for (let at = 0; at + 1 < points.length; at += 1) {
        const [x0, y0] = points[at];
        const [x1, y1] = points[at + 1];
        if (y0 > 0 !== y1 > 0 && x0 - (y0 * (x1 - x0)) / (y1 - y0) > 0) inside = !inside;
        const length = (x1 - x0) ** 2 + (y1 - y0) ** 2;
        const share = length ? Math.min(1, Math.max(0, -(x0 * (x1 - x0) + y0 * (y1 - y0)) / length)) : 0;
        nearest = Math.min(nearest, Math.hypot(x0 + share * (x1 - x0), y0 + share * (y1 - y0)));
      }
    }
    return inside ? 0 : nearest;
  }

  // Ids of the blocks within `reach` metres, the one around the point first; none where it lies in none.
  function near(blocks, lon, lat, reach) {
    const toMetres = plane(lon, lat);
    const found = blocks
      .map(([id, rings]) => [id, away(rings, toMetres)])
      .filter(([, metres]) => metres <= reach)
      .sort((one, other) => one[1] - other[1]);
    return found.length && found[0][1] === 0 ? found.map(([id]) => id) : [];
  }

  return { near, VAGUE_M, AT_MOST };
})();
