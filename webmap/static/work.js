"use strict";
// The work for the ticket of a form: a number so that the SHA-256 of "TICKET:NUMBER" begins with
// so many zero bits. Our own digest, since browsers give theirs to https alone. Without this script,
// or when it is not done, the server asks to wait instead.
(function () {
  const ROUNDS = 64;
  const SLICE_MS = 12;
  const K = new Uint32Array(ROUNDS);
  const FIRST = new Uint32Array(8);
  (function constants() {
    const fraction = (value) => (value - Math.floor(value)) * 4294967296;
    for (let found = 0, n = 2; found < ROUNDS; n += 1) {
      let prime = true;
      for (let d = 2; d * d <= n; d += 1) if (n % d === 0) prime = false;
      if (!prime) continue;
      if (found < 8) FIRST[found] = fraction(Math.sqrt(n));
      K[found] = fraction(Math.cbrt(n));
      found += 1;
    }
  })();
  const W = new Uint32Array(ROUNDS);

  function block(state, bytes, at) {
    for (let i = 0; i < 16; i += 1) {
      const p = at + 4 * i;
      W[i] = (bytes[p] << 24) | (bytes[p + 1] << 16) | (bytes[p + 2] << 8) | bytes[p + 3];
    }
    for (let i = 16; i < ROUNDS; i += 1) {
      const x = W[i - 15], y = W[i - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      W[i] = W[i - 16] + s0 + W[i - 7] + s1;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < ROUNDS; i += 1) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
    }
    const after = Uint32Array.of(a, b, c, d, e, f, g, h);
    for (let i = 0; i < 8; i += 1) after[i] += state[i];
    return after;
  }

  function searcher(ticket) {
    const start = new TextEncoder().encode(ticket + ":");
    const whole = start.length - (start.length % 64);
    let state = FIRST;
    for (let at = 0; at < whole; at += 64) state = block(state, start, at);
    const rest = start.subarray(whole);
    // the first 32 bits of the digest
    return function (number) {
      const text = String(number);
      const length = rest.length + text.length;
      const bytes = new Uint8Array(length + 9 <= 64 ? 64 : 128);
      bytes.set(rest);
      for (let i = 0; i < text.length; i += 1) bytes[rest.length + i] = text.charCodeAt(i);
      bytes[length] = 0x80;
      new DataView(bytes.buffer).setUint32(bytes.length - 4, 8 * (whole + length));
      let found = state;
      for (let at = 0; at < bytes.length; at += 64) found = block(found, bytes, at);
      return found[0];
    };
  }

  for (const form of document.querySelectorAll("form[data-work]")) {
    const bits = Number(form.dataset.work);
    const field = form.elements.namedItem("work");
    const told = form.querySelector("[data-working]");
    const first = searcher(form.elements.namedItem("ticket").value);
    let number = 0, sending = null;
    const go = function () {
      const end = performance.now() + SLICE_MS;
      while (performance.now() < end) {
        for (let i = 0; i < 64; i += 1, number += 1) {
          if (first(number) >>> (32 - bits) !== 0) continue;
          field.value = String(number);
          if (told) told.hidden = true;
          if (sending) form.requestSubmit(sending);
          return;
        }
      }
      setTimeout(go, 0);
    };
    form.addEventListener("submit", function (event) {
      if (field.value) return;
      event.preventDefault();
      sending = event.submitter;
      if (told) told.hidden = false;
    });
    go();
  }
})();
