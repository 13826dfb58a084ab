// Reads single tiles out of a PMTiles file (version 3 of its specification) by ranges of bytes.
// Where a server knows no ranges, the whole file comes once and is cut here.
window.zoningArchive = (function () {
  "use strict";

  const FIRST = 16384; // the specification keeps header and first directory within these bytes
  const HEADER = 127;
  const GZIP = 2;
  const NONE = 1;
  const MAGIC = "PMTiles";

  async function unpacked(bytes, compression) {
    if (compression === NONE) return bytes;
    if (compression !== GZIP) throw new Error(`compression ${compression}`);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  // A file that changes while it is read is noticed by its mark, and read anew from its header.
  function source(url) {
    let whole = null;
    let mark = null;

    async function read(offset, length) {
      if (whole) return whole.subarray(offset, offset + length);
      const headers = { Range: `bytes=${offset}-${offset + length - 1}` };
      if (mark) headers["If-Range"] = mark;
      const answer = await fetch(url, { headers });
      if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
      const bytes = new Uint8Array(await answer.arrayBuffer());
      if (answer.status === 206) {
        const tag = answer.headers.get("ETag");
        mark = tag && !tag.startsWith("W/") ? tag : null;
        return bytes;
      }
      const changed = mark !== null;
      whole = bytes;
      if (changed) throw new Error("changed");
      return bytes.subarray(offset, offset + length);
    }

    return { read };
  }

  function numbers(bytes) {
    let at = 0;
    return function next() {
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
    };
  }

  // Columns one after the other: distances of ids, runs, lengths, places (0: right after the last).
  function directory(bytes) {
    const next = numbers(bytes);
    const count = next();
    const entries = Array.from({ length: count }, () => ({}));
    let id = 0;
    for (const entry of entries) {
      id += next();
      entry.id = id;
    }
    for (const entry of entries) entry.run = next();
    for (const entry of entries) entry.length = next();
    entries.forEach((entry, at) => {
      const place = next();
      const before = entries[at - 1];
      entry.offset = place === 0 && before ? before.offset + before.length : place - 1;
    });
    return entries;
  }

  function entryOf(entries, id) {
    let low = 0;
    let high = entries.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (entries[middle].id > id) high = middle - 1;
      else low = middle + 1;
    }
    const entry = entries[high];
    if (!entry) return null;
    return entry.run === 0 || id - entry.id < entry.run ? entry : null;
  }

  // Number of a tile: all tiles of smaller zooms, then along Hilbert's curve.
  function tileId(z, x, y) {
    let id = (Math.pow(4, z) - 1) / 3;
    for (let side = Math.pow(2, z - 1); side >= 1; side /= 2) {
      const right = (x & side) > 0 ? 1 : 0;
      const lower = (y & side) > 0 ? 1 : 0;
      id += side * side * ((3 * right) ^ lower);
      if (lower === 0) {
        if (right === 1) {
          x = side - 1 - (x & (side - 1));
          y = side - 1 - (y & (side - 1));
        }
        [x, y] = [y, x];
      }
    }
    return id;
  }

  function headerOf(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER);
    const name = String.fromCharCode(...bytes.subarray(0, MAGIC.length));
    if (name !== MAGIC || view.getUint8(MAGIC.length) !== 3) throw new Error("no PMTiles, version 3");
    const whole = (at) => Number(view.getBigUint64(at, true));
    return {
      root: { offset: whole(8), length: whole(16) }, leaves: whole(40), tiles: whole(56),
      inside: view.getUint8(97), packed: view.getUint8(98),
    };
  }

  // `tile(z, x, y)` promises the bytes of a tile, or null where there is none.
  function open(url) {
    const file = source(url);
    const leaves = new Map();
    let opened = null;

    async function start() {
      const first = await file.read(0, FIRST);
      const header = headerOf(first);
      const { offset, length } = header.root;
      const root = offset + length <= first.length ? first.subarray(offset, offset + length) : await file.read(offset, length);
      return { header, root: directory(await unpacked(root, header.inside)) };
    }

    async function leaf(header, entry) {
      const offset = header.leaves + entry.offset;
      if (!leaves.has(offset)) {
        leaves.set(offset, file.read(offset, entry.length).then((bytes) => unpacked(bytes, header.inside)).then(directory));
      }
      return leaves.get(offset);
    }

    async function tile(z, x, y) {
      try {
        opened = opened || start();
        const { header, root } = await opened;
        const id = tileId(z, x, y);
        let entry = entryOf(root, id);
        while (entry && entry.run === 0) entry = entryOf(await leaf(header, entry), id);
        if (!entry) return null;
        return await unpacked(await file.read(header.tiles + entry.offset, entry.length), header.packed);
      } catch (error) {
        opened = null; // what was changed meanwhile, or could not be reached, is asked for again
        leaves.clear();
        throw error;
      }
    }

    return { tile };
  }

  return { open, tileId, possible: () => typeof DecompressionStream === "function" };
})();
