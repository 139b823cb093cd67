"use strict";
// Filters the statements by verdict and section. The address's fragment holds what is chosen:
// #verdict=misdated,contradicted&section=scale. Any other fragment is the anchor of a statement.
(() => {
  const filter = document.getElementById("filter");
  const shown = document.getElementById("shown");
  const all = document.getElementById("all");
  const statements = [...document.querySelectorAll(".statement")];
  const sections = [...document.querySelectorAll(".section")];
  const buttons = [...filter.querySelectorAll("[data-facet]")];
  const facets = [...new Set(buttons.map((button) => button.dataset.facet))];

  const known = (facet) => buttons.filter((b) => b.dataset.facet === facet).map((b) => b.dataset.value);

  function chosen() { // from the fragment, what is known of it; nothing chosen means all
    const given = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
    return Object.fromEntries(facets.map((facet) => {
      const values = (given.get(facet) || "").split(",");
      return [facet, known(facet).filter((value) => values.includes(value))];
    }));
  }

  function fits(statement, choice, but) { // does it pass every facet, one left aside?
    return facets.every((facet) => facet === but || !choice[facet].length
      || choice[facet].includes(statement.dataset[facet]));
  }

  function show() {
    const choice = chosen();
    for (const button of buttons) {
      const { facet, value } = button.dataset;
      const number = statements.filter((s) => fits(s, choice, facet) && s.dataset[facet] === value).length;
      button.setAttribute("aria-pressed", String(choice[facet].includes(value)));
      button.querySelector(".count").textContent = number;
      button.classList.toggle("none", !number);
    }
    for (const statement of statements) statement.classList.toggle("out", !fits(statement, choice));
    for (const section of sections) {
      section.classList.toggle("out", !section.querySelector(".statement:not(.out)"));
    }
    const left = statements.filter((s) => !s.classList.contains("out")).length;
    const named = buttons.filter((b) => b.getAttribute("aria-pressed") === "true").map((b) => b.dataset.name);
    shown.textContent = named.length
      ? `${left} of ${statements.length} statements ${left === 1 ? "is" : "are"} shown: ${named.join(", ")}.`
      : `All ${statements.length} statements are shown.`;
    all.disabled = !named.length;
  }

  function choose(choice) { // no entry in the browser's history for each click
    const set = facets.filter((facet) => choice[facet].length)
      .map((facet) => `${facet}=${choice[facet].map(encodeURIComponent).join(",")}`);
    history.replaceState(null, "", set.length ? `#${set.join("&")}` : location.pathname + location.search);
    show();
  }

  filter.addEventListener("click", (event) => {
    const button = event.target.closest("[data-facet]");
    if (!button) return;
    const { facet, value } = button.dataset;
    const choice = chosen();
    choice[facet] = known(facet).filter((v) => (v === value) !== choice[facet].includes(v));
    choose(choice);
  });
  all.addEventListener("click", () => {
    choose(Object.fromEntries(facets.map((facet) => [facet, []])));
    buttons[0].focus(); // the button that had the focus is disabled now
  });
  addEventListener("hashchange", () => {
    show(); // a statement that the filter hid is shown before it is gone to
    document.getElementById(location.hash.slice(1))?.scrollIntoView();
  });
  filter.hidden = false;
  show();
})();
