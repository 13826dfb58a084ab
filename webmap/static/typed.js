// Names of the list that go on as what was typed, found on the device (zoning/lookup/suggest.py
// does the same on a server): characters, pinyin or first letters.
window.zoningTyped = (function () {
  "use strict";

  const AT_MOST = 8;
  const LONGEST = 40;

  // What is no Chinese character stays together.
  function spoken(name, readings) {
    const units = [];
    let together = false;
    for (const letter of name) {
      const said = readings[letter];
      if (!said && together) units[units.length - 1] += letter.toLowerCase();
      else units.push(said || letter.toLowerCase());
      together = !said;
    }
    return [units.join(""), units.map((unit) => [...unit][0]).join("")];
  }

  // `data`: what `zoning.lookup.device_names` wrote; `plain`: puts a text into its one form.
  function create(data, plain) {
    const forms = data.names.map((name, at) => [plain(name), ...(data.otherwise[at] || spoken(name, data.readings))]);
    return function like(text) {
      const typed = plain([...text].slice(0, LONGEST).join(""));
      const first = [];
      const second = [];
      if (!typed) return first;
      for (let at = 0; at < forms.length && first.length < AT_MOST; at += 1) {
        if (forms[at].some((form) => form.startsWith(typed))) first.push(data.names[at]);
        else if (second.length < AT_MOST && forms[at][0].includes(typed)) second.push(data.names[at]);
      }
      return first.concat(second).slice(0, AT_MOST);
    };
  }

  return { create };
})();
