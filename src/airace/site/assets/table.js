// Sorts tables of class "sortable" by a click on a column's name. Without it the tables are as they are.
"use strict";
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];

  const text = (row, column) => {
    const cell = row.cells[column];
    const exact = cell.querySelector("data");
    return exact ? exact.value : cell.textContent.trim();
  };

  // Numbers by value where the whole column is numbers, else text; empty cells last in both directions.
  // Array.sort is stable: rows that are equal keep the order that they have.
  const sort = (column, direction) => {
    const rows = [...body.rows].map((row) => [text(row, column), row]);
    const numeric = rows.every(([value]) => value === "" || Number.isFinite(Number(value)));
    const compare = numeric ? (a, b) => a - b : (a, b) => a.localeCompare(b, "en");
    rows.sort(([a], [b]) => (a === "") - (b === "") || (a === "" ? 0 : direction * compare(a, b)));
    body.append(...rows.map(([, row]) => row));
  };

  heads.forEach((head, column) => {
    if ("fixed" in head.dataset) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const direction = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", direction === 1 ? "ascending" : "descending");
      sort(column, direction);
    });
  });
}
