// Decodes the part of Mapbox Vector Tiles (version 2) that our tiles use: shapes with texts.
window.zoningVectorTile = (function () {
  "use strict";

  const VARINT = 0;
  const FIXED64 = 1;
  const BYTES = 2;
  const FIXED32 = 5;
  const MOVE = 1;
  const LINE = 2;
  const KINDS = [null, "point", "line", "polygon"];

  // Calls `take(field, value)` for every field of a message; bytes come as a view.
  function message(bytes, take) {
    let at = 0;
    function varint() {
      let value = 0;
      let unit = 1;
      let byte = 0;
      do {
        byte = bytes[at];
        at += 1;
        value += (byte & 127) * unit;
        unit *= 128;
      } while (byte > 127);
      return value;
    }
    while (at < bytes.length) {
      const tag = varint();
      const wire = tag & 7;
      if (wire === VARINT) {
        take(tag >>> 3, varint());
      } else if (wire === BYTES) {
        const length = varint();
        take(tag >>> 3, bytes.subarray(at, at + length));
        at += length;
      } else if (wire === FIXED64 || wire === FIXED32) {
        at += wire === FIXED64 ? 8 : 4;
      } else {
        throw new Error(`wire type ${wire}`);
      }
    }
  }

  function packed(bytes) {
    const values = [];
    let value = 0;
    let unit = 1;
    for (const byte of bytes) {
      value += (byte & 127) * unit;
      unit *= 128;
      if (byte < 128) {
        values.push(value);
        value = 0;
        unit = 1;
      }
    }
    return values;
  }

  function step(value) {
    return value % 2 ? -(value + 1) / 2 : value / 2;
  }

  // Parts of a shape as flat lists of x and y; a ring that is closed begins and ends alike.
  function parts(commands) {
    const found = [];
    let part = null;
    let x = 0;
    let y = 0;
    let at = 0;
    while (at < commands.length) {
      const command = commands[at] & 7;
      const count = commands[at] >>> 3;
      at += 1;
      if (command !== MOVE && command !== LINE) {
        part.push(part[0], part[1]);
        continue;
      }
      for (let repeat = 0; repeat < count; repeat += 1) {
        x += step(commands[at]);
        y += step(commands[at + 1]);
        at += 2;
        if (command === MOVE) {
          part = [];
          found.push(part);
        }
        part.push(x, y);
      }
    }
    return found;
  }

  const letters = new TextDecoder();

  function textOf(bytes) {
    let text = "";
    message(bytes, (field, value) => {
      if (field === 1) text = letters.decode(value);
    });
    return text;
  }

  function feature(bytes, keys, values) {
    const found = { type: null, parts: [], texts: {} };
    message(bytes, (field, value) => {
      if (field === 3) found.type = KINDS[value];
      if (field === 4) found.parts = parts(packed(value));
      if (field === 2) {
        const pairs = packed(value);
        for (let at = 0; at < pairs.length; at += 2) found.texts[keys[pairs[at]]] = values[pairs[at + 1]];
      }
    });
    return found;
  }

  function layer(bytes) {
    const found = { extent: 4096, features: [] };
    const raw = [];
    const keys = [];
    const values = [];
    message(bytes, (field, value) => {
      if (field === 2) raw.push(value);
      if (field === 3) keys.push(letters.decode(value));
      if (field === 4) values.push(textOf(value));
      if (field === 5) found.extent = value;
    });
    found.features = raw.map((one) => feature(one, keys, values));
    return found;
  }

  // All layers of a tile: extent, and features with type, parts (0 to extent) and texts.
  function decode(bytes) {
    const layers = [];
    message(bytes, (field, value) => {
      if (field === 3) layers.push(layer(value));
    });
    return layers;
  }

  return { decode };
})();
