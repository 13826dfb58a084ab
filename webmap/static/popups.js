// Popups and tooltips from plain data: every text is set as text, never as markup.
window.zoningPopups = (function () {
  "use strict";

  const WIDEST = 340; // pixels

  function element(tag, text, className) {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function fill(template, values) {
    return template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
  }

  function table(head, rows) {
    const made = element("table");
    const top = made.createTHead().insertRow();
    for (const cell of head) {
      const th = element("th", cell);
      th.scope = "col";
      top.append(th);
    }
    const body = made.createTBody();
    for (const row of rows) {
      const line = body.insertRow();
      row.forEach((cell, at) => {
        const one = element(at === 0 ? "th" : "td", cell);
        if (at === 0) one.scope = "row";
        line.append(one);
      });
    }
    return made;
  }

  function card(content, extra) {
    const made = element("div", undefined, "popup");
    made.append(element("p", content.title, "popup-title"));
    for (const line of [...(extra || []), ...content.lines]) made.append(element("p", line));
    if (content.rows && content.rows.length) made.append(table(content.head, content.rows));
    if (content.note) made.append(element("p", content.note, "note"));
    return made;
  }

  function tip(title, line) {
    const made = element("div");
    made.append(element("b", title));
    if (line) made.append(document.createTextNode(line));
    return made;
  }

  // A popup that was asked for by keyboard takes the focus and gives it back.
  function create(map, texts) {
    let opener = null;
    map.on("popupopen", (event) => {
      map.getContainer().classList.add("telling");
      const box = event.popup.getElement();
      const close = box.querySelector(".leaflet-popup-close-button");
      if (close) {
        close.setAttribute("aria-label", texts.CLOSE);
        close.setAttribute("title", texts.CLOSE);
        if (opener) close.focus({ preventScroll: true });
      }
      box.setAttribute("role", "dialog");
      box.setAttribute("aria-label", box.querySelector(".popup-title").textContent);
    });
    map.on("popupclose", () => {
      map.getContainer().classList.remove("telling");
      if (opener && document.contains(opener)) opener.focus({ preventScroll: true });
      opener = null;
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") map.closePopup();
    });

    function open(latlng, content, options) {
      map.closePopup();
      opener = (options && options.opener) || null;
      // a narrow screen holds the whole card, its margins and its closing button
      const room = map.getSize().x - 60;
      const rim = room < WIDEST ? 8 : 24;
      L.popup({ maxWidth: Math.min(WIDEST, room), minWidth: 0, autoPanPadding: [rim, rim] })
        .setLatLng(latlng)
        .setContent(card(content, options && options.extra))
        .openOn(map);
    }
    return { open };
  }

  return { create, element, fill, tip };
})();
