// Makes the key of a text as the index has it (zoning/lookup/plain_keys.py): width, case, white
// space, traditional characters, look-alikes, numerals before units. Nothing is sent anywhere.
window.zoningKeys = (function () {
  "use strict";

  const ONES = "一二三四五六七八九";
  const DIGITS = { 两: 2, 零: 0, 〇: 0 };
  [...ONES].forEach((letter, at) => { DIGITS[letter] = at + 1; });
  const RUN = new RegExp(`([${ONES}两十百零〇廿卅]+)(?=号|弄|栋|幢|座|单元|室|组|队|期|层|巷|排)`, "g");
  const SPOKEN = new RegExp(`^(?:([${ONES}两])百)?(零)?(?:([${ONES}]?)(十)|([廿卅]))?([${ONES}两])?$`);
  const READ_OUT = new RegExp(`^[${ONES}零〇]{3,5}$`);

  function figures(run) {
    const spoken = SPOKEN.exec(run);
    if (spoken) {
      const [, hundred, zero, tens, ten, pair, ones] = spoken;
      const alone = Boolean(ones) && !ten && !pair;
      if (!(hundred && alone && !zero) && !(zero && !(hundred && alone))) {
        const middle = ten ? 10 * (DIGITS[tens] || 1) : { 廿: 20, 卅: 30 }[pair] || 0;
        return String(100 * (DIGITS[hundred] || 0) + middle + (DIGITS[ones] || 0));
      }
    }
    return READ_OUT.test(run) ? [...run].map((letter) => DIGITS[letter]).join("") : run;
  }

  function crc32(bytes) {
    let rest = ~0;
    for (const byte of bytes) {
      rest ^= byte;
      for (let bit = 0; bit < 8; bit += 1) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
    }
    return ~rest >>> 0;
  }

  // `letters`: what stands for what (two texts, one above the other), and what is left out.
  function create(letters) {
    const targets = [...letters.to];
    const become = new Map([...letters.from].map((letter, at) => [letter, targets[at]]));
    for (const letter of letters.gone) become.set(letter, "");
    const one = (letter) => (become.has(letter) ? become.get(letter) : letter);
    const plain = (text) => [...text.normalize("NFKC").toLowerCase()].map(one).join("");
    return { plain, keyOf: (text) => plain(text).replace(RUN, figures) };
  }

  function shardOf(key, bits) {
    return bits ? crc32(new TextEncoder().encode(key)) >>> (32 - bits) : 0;
  }

  return { create, shardOf };
})();
