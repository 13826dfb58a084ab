// The look-up on the device: makes a key of what was written, fetches the part of the index that
// would have it, and shows the answer. What was written stands in no request.
(function () {
  "use strict";

  const form = document.getElementById("site-form");
  const field = document.getElementById("address");
  const shown = document.getElementById("site-answer");
  const data = JSON.parse(document.getElementById("site-data").textContent);
  const files = new Map();
  const lists = new Map();
  let turn = 0;

  function file(url) {
    if (!files.has(url)) {
      const read = fetch(url, { credentials: "omit", referrerPolicy: "no-referrer" }).then((answer) => {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.json();
      });
      read.catch(() => files.delete(url));
      files.set(url, read);
    }
    return files.get(url);
  }

  function node(tag, text, name) {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (name) made.className = name;
    return made;
  }

  function list(lines, make) {
    const made = node("ul", undefined, "plain");
    for (const line of lines) {
      const item = node("li");
      item.append(...[make(line)].flat());
      made.append(item);
    }
    return made;
  }

  // What stands in a part, with its texts in their places; an answer may offer others to choose.
  function spelled(part, number) {
    const text = (at) => part.texts[at];
    const [kind, over, head, said, place, schools, notes, versions, choices, others, notices] = part.answers[number];
    return {
      kind: text(kind), over: text(over), head: text(head), said: text(said), place: text(place),
      schools: schools.map((pair) => pair.map(text)), notes: notes.map(text), versions: versions.map(text),
      choices: choices.map(([address, answer]) => [text(address), answer]),
      proposed: notices.map((one) => one.map(text)).map(([title, said, until, page, last]) => ({ title, said, until, page, last })),
      others: others.map((at) => part.others[at]).map(([name, way, why]) => ({ name: text(name), way: text(way), why: why.map(text) })),
    };
  }

  function card(kind) {
    const made = node("section", undefined, "card result");
    made.dataset.kind = kind;
    return made;
  }

  function message(kind, text) {
    const made = card(kind);
    made.append(node("p", text));
    show(made);
  }

  function show(made) {
    shown.replaceChildren(made);
    made.tabIndex = -1;
    made.focus();
  }

  function today() {
    const now = new Date();
    return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((value) => String(value).padStart(2, "0")).join("-");
  }

  function stale(stage) {
    return data.stages[stage].next && today() >= data.stages[stage].next;
  }

  function answer(part, number, stage) {
    const found = spelled(part, number);
    const made = card(found.kind);
    if (stale(stage)) made.append(node("p", data.texts.STALE, "fault"));
    made.append(node("p", found.over, "over"), node("h2", found.head, "kind"));
    if (found.schools.length) {
      made.append(list(found.schools, ([name, way, page]) => {
        const school = node(page ? "a" : "span", name, "school");
        if (page) school.href = page;
        return [school, " ", node("span", way, "way")];
      }));
    }
    made.append(node("p", found.said));
    if (found.place) made.append(node("p", found.place, "place"));
    if (found.choices.length) {
      made.append(list(found.choices, ([address, chosen]) => {
        const button = node("button", address, "side-button");
        button.type = "button";
        button.addEventListener("click", () => answer(part, chosen, stage));
        return button;
      }));
    }
    if (found.notes.length) made.append(list(found.notes, (line) => line));
    if (found.versions.length && found.kind !== "not_found") {
      made.append(node("h3", data.texts.VERSIONS), list(found.versions, (line) => line));
    }
    // a notice that is over asks for nothing any more
    const running = found.proposed.filter((one) => today() <= one.last);
    if (running.length) made.append(node("h3", data.texts.PROPOSED), proposals(running));
    if (found.others.length) made.append(node("h3", data.texts.OTHERS), notOthers(found.others));
    if (found.schools.length) made.append(node("p", data.texts.NO_SLIP, "note no-print"), printButton());
    show(made);
  }

  // What a notice proposes for the place, and where to read how to comment.
  function proposals(running) {
    const made = list(running, (one) => {
      const title = node("p", one.title);
      title.lang = "zh-CN";
      const said = node("p");
      said.append(node("strong", one.said));
      const link = node("a", data.texts.READ);
      link.href = one.page;
      return [title, said, node("p", one.until), link];
    });
    made.classList.add("proposals");
    return made;
  }

  // The next-nearest schools, and why it is none of them.
  function notOthers(others) {
    const made = list(others, (other) => {
      const head = node("p");
      head.append(node("strong", other.name), " ", node("span", other.way, "note"));
      return [head, ...other.why.map((line) => node("p", line))];
    });
    made.className = "others";
    return made;
  }

  function printButton() {
    const made = node("button", data.texts.PRINT, "side-button no-print");
    made.type = "button";
    made.addEventListener("click", () => window.print());
    return made;
  }

  // All names of a stage are fetched whatever is typed: a part of them would tell what was.
  function namesOf(stage) {
    if (!lists.has(stage)) {
      const made = Promise.all([file(data.stages[stage].names), file(data.letters)]).then(([names, letters]) =>
        window.zoningTyped.create(names, window.zoningKeys.create(letters).plain));
      made.catch(() => lists.delete(stage));
      lists.set(stage, made);
    }
    return lists.get(stage);
  }

  const chosen = () => form.querySelector("[name=stage]:checked").value;

  // As it was written, then without the name of the county before it.
  function keysOf(text, keyOf) {
    const key = keyOf(text);
    const county = keyOf(data.study).split("(")[0];
    return county && key.startsWith(county) && key.length > county.length ? [key, key.slice(county.length)] : [key];
  }

  async function look(text, stage) {
    const { bits, parts } = data.stages[stage];
    const { keyOf } = window.zoningKeys.create(await file(data.letters));
    for (const key of keysOf(text, keyOf)) {
      const part = await file(`${parts}/${window.zoningKeys.shardOf(key, bits)}.json`);
      if (Object.hasOwn(part.keys, key)) return { part, number: part.keys[key] };
    }
    return null;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    turn += 1;
    const own = turn;
    const stage = chosen();
    const text = field.value.trim();
    if (!text) {
      message("missing", data.texts.MISSING);
      return;
    }
    try {
      const found = await look(text, stage);
      if (own !== turn) return;
      if (found) answer(found.part, found.number, stage);
      else message("not_listed", data.texts.NOT_FOUND);
    } catch (error) {
      if (own === turn) message("failed", data.texts.FAILED);
    }
  });

  window.zoningCombobox.start(field, async (text) => (await namesOf(chosen()))(text));
  form.hidden = false;
})();
