// Selects among the specifications that the page holds. Nothing is computed but differences of ranks.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("specifications").textContent);
  const { choices, rows, measures, reasons, first } = data;
  const keys = choices.map((choice) => choice.key);
  const at = Object.fromEntries(measures.map((name, n) => [name, keys.length + n]));
  const form = document.getElementById("choices");
  const walk = document.getElementById("walk");
  const numberOf = new Map(rows.map((row, n) => [row.slice(0, keys.length).join(), n]));
  const difference = (n) => rows[n][at.difference];
  const ranked = rows.map((_, n) => n).filter((n) => difference(n) !== null)
    .sort((a, b) => difference(a) - difference(b) || a - b);
  const values = ranked.map(difference);

  // What the reader asks for: a level's number per choice. Kept even where a snapshot cannot answer it.
  let wanted = rows[first].slice(0, keys.length);
  let stray = []; // what the address asked for and this page does not have

  // --- selecting -------------------------------------------------------------------------------

  // The row asked for; where there is none, that of the same snapshot which differs least.
  function nearest() {
    const exact = numberOf.get(wanted.join());
    if (exact !== undefined) return exact;
    const cost = (row) => keys.reduce((sum, _, c) =>
      sum + (row[c] === wanted[c] ? 0 : c === 0 ? 100 : 1), 0);
    let best = 0;
    for (let n = 1; n < rows.length; n++) if (cost(rows[n]) < cost(rows[best])) best = n;
    return best;
  }

  function reason(c, row) {
    const snapshot = choices[0].levels[row[0]];
    return (reasons[snapshot] || {})[keys[c]] || "not among the combinations that the notebook computed";
  }

  // --- writing ---------------------------------------------------------------------------------

  const grouped = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
  const points = (x) => (x < 0 ? "−" : "+") + Math.abs(x).toFixed(1);
  const share = (x) => (x === null ? "–" : x.toFixed(1));

  function sentence(row) {
    const gap = row[at.difference];
    if (gap === null) return "No download is left under these choices, so there is no share.";
    const name = data.focus[0].toUpperCase() + data.focus.slice(1);
    const shares = `${name} ${share(row[at.share])} %, ${data.rival} ${share(row[at.rival_share])} %`;
    const by = Math.abs(gap).toFixed(1);
    if (by === "0.0") return `${shares}: they are level.`;
    return `${shares}: ${gap > 0 ? data.focus : data.rival} leads by ${by} points.`;
  }

  function place(gap) {
    if (gap === null) return "";
    const more = values.filter((value) => value > gap).length;
    const less = values.filter((value) => value < gap).length;
    const same = values.length - more - less - 1;
    return `Number ${grouped(more + 1)} of ${grouped(values.length)} ways to count, from the largest difference ` +
      `down (larger: ${grouped(more)}, smaller: ${grouped(less)}${same ? `, as large: ${grouped(same)}` : ""}).`;
  }

  function notice(row) {
    const said = keys.map((_, c) => c).filter((c) => row[c] !== wanted[c]).map((c) =>
      `${choices[c].name} “${choices[c].said[wanted[c]]}” cannot be had here (${reason(c, row)}); ` +
      `shown is “${choices[c].said[row[c]]}”.`);
    return [...said, ...stray].join(" ");
  }

  function show(name, text) {
    document.querySelector(`[data-show="${name}"]`).textContent = text;
  }

  function mark(row) {
    const gap = row[at.difference];
    const marks = document.querySelectorAll("[data-mark]");
    for (const element of marks) element.toggleAttribute("hidden", gap === null);
    if (gap === null) return;
    const less = values.filter((value) => value < gap).length;
    const same = values.filter((value) => value === gap).length;
    const x = (less + same / 2) / values.length * 100;
    const [line, dot, label] = marks;
    const scale = document.getElementById("strip").dataset;
    const y = Number(scale.top) + (scale.high - gap) / (scale.high - scale.low) * scale.height;
    line.setAttribute("x1", `${x}%`);
    line.setAttribute("x2", `${x}%`);
    dot.setAttribute("cx", `${x}%`);
    dot.setAttribute("cy", y);
    label.setAttribute("x", `${x}%`);
    label.setAttribute("text-anchor", x < 50 ? "start" : "end");
    label.textContent = `your count: ${points(gap)}`;
  }

  // Each level says what it would give, or why it cannot be had.
  function offer(row) {
    keys.forEach((key, c) => {
      const cannot = new Map();
      for (const input of form.elements[key].length ? form.elements[key] : [form.elements[key]]) {
        const level = Number(input.value);
        const other = numberOf.get(keys.map((_, k) => (k === c ? level : row[k])).join());
        const would = input.parentElement.querySelector(".would");
        input.checked = row[c] === level;
        input.disabled = other === undefined && c !== 0;
        if (other !== undefined) {
          would.textContent = difference(other) === null ? "none left" : points(difference(other));
        } else {
          would.textContent = c === 0 ? "changes others" : "–";
          if (c !== 0) cannot.set(reason(c, row), (cannot.get(reason(c, row)) || []).concat(choices[c].said[level]));
        }
      }
      const why = document.querySelector(`[data-choice="${key}"] .reason`);
      why.hidden = !cannot.size;
      why.textContent = [...cannot].map(([text, said]) => `Cannot be had here: ${said.join(", ")} (${text}).`).join(" ");
    });
  }

  function address() {
    const query = new URLSearchParams();
    keys.forEach((key, c) => {
      if (wanted[c] !== rows[first][c]) query.set(key, choices[c].levels[wanted[c]]);
    });
    return `#${query}`;
  }

  function render() {
    const n = nearest();
    const row = rows[n];
    const gap = row[at.difference];
    const said = notice(row);
    show("difference", gap === null ? "–" : points(gap));
    show("sentence", sentence(row));
    show("place", place(gap));
    show("notice", said);
    document.querySelector('[data-show="notice"]').hidden = !said;
    show("chosen", keys.map((_, c) => `${choices[c].name.toLowerCase()}: ${choices[c].said[row[c]]}`).join(" · "));
    for (const name of ["models", "downloads"]) show(name, grouped(row[at[name]]));
    for (const name of measures.slice(2)) if (name !== "difference") show(name, share(row[at[name]]));
    for (const bar of document.querySelectorAll("[data-bar]:not([data-bar=''])")) {
      bar.setAttribute("width", `${row[at[bar.dataset.bar]] || 0}%`);
    }
    mark(row);
    offer(row);
    if (gap !== null) {
      if (values[walk.value - 1] !== gap || ranked[walk.value - 1] !== n) walk.value = ranked.indexOf(n) + 1;
      walk.setAttribute("aria-valuetext", `${walk.value}: ${points(gap)} points`);
    }
    document.getElementById("share").href = address();
    document.getElementById("copied").textContent = "";
  }

  // --- hearing ---------------------------------------------------------------------------------

  function remember() {
    history.replaceState(null, "", address() === "#" ? location.pathname + location.search : address());
  }

  function recall() {
    const fragment = location.hash.slice(1);
    if (fragment && !fragment.includes("=")) return; // a place on the page, not a view
    wanted = rows[first].slice(0, keys.length);
    stray = [];
    for (const [key, value] of new URLSearchParams(fragment)) {
      const c = keys.indexOf(key);
      const level = c < 0 ? -1 : choices[c].levels.indexOf(value);
      if (level < 0) stray.push(`The address asks for “${key}=${value}”, which is no choice here: left aside.`);
      else wanted[c] = level;
    }
    render();
  }

  form.addEventListener("change", (event) => {
    wanted[keys.indexOf(event.target.name)] = Number(event.target.value);
    stray = [];
    render();
    remember();
  });
  walk.addEventListener("input", () => {
    wanted = rows[ranked[walk.value - 1]].slice(0, keys.length);
    stray = [];
    render();
    remember();
  });
  document.getElementById("reset").addEventListener("click", () => {
    wanted = rows[first].slice(0, keys.length);
    stray = [];
    render();
    remember();
  });
  document.getElementById("copy").addEventListener("click", async () => {
    const link = document.getElementById("share").href;
    const done = await navigator.clipboard.writeText(link).then(() => true, () => false);
    document.getElementById("copied").textContent = done ? "Copied." : `Copying is not allowed here: ${link}`;
  });
  window.addEventListener("hashchange", recall);

  document.getElementById("without-script").hidden = true;
  for (const element of document.querySelectorAll(".controls")) element.hidden = false;
  recall();
  if (!location.hash.includes("=")) render();
})();
