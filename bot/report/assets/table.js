// Search and sort for tables marked data-find. Without this script the tables are whole and readable.
(() => {
  "use strict";
  const number = new Intl.NumberFormat("en");
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  const keyOf = (row, at) => {
    const cell = row.cells[at];
    const text = (cell.dataset.sort ?? cell.textContent).trim();
    return cell.classList.contains("num") && text !== "" ? Number(text) : text;
  };
  const order = new Intl.Collator("en", { numeric: true });
  const compare = (a, b) => (a === "" || b === "") ? (a === "") - (b === "")
    : typeof a === "number" && typeof b === "number" ? a - b : order.compare(String(a), String(b));

  const sort = (table, at, ascending) => {
    for (const body of table.tBodies) {
      const rows = [...body.rows].map((row) => [keyOf(row, at), row]);
      const filled = rows.filter(([key]) => key !== "").sort(([a], [b]) => ascending ? compare(a, b) : compare(b, a));
      body.append(...filled.map(([, row]) => row), ...rows.filter(([key]) => key === "").map(([, row]) => row));
    }
    [...table.tHead.rows[0].cells].forEach((cell, index) => {
      if (index === at) cell.setAttribute("aria-sort", ascending ? "ascending" : "descending");
      else cell.removeAttribute("aria-sort");
    });
    table.dispatchEvent(new Event("sorted"));
  };

  const sortable = (table) => [...table.tHead.rows[0].cells].forEach((cell, at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...cell.childNodes);
    button.addEventListener("click", () => sort(table, at, cell.getAttribute("aria-sort") !== "ascending"));
    cell.append(button);
  });

  const FIRST = 40;

  const findable = (table) => {
    let whole = false;
    const rows = [...table.querySelectorAll("tbody tr")].filter((row) => !row.querySelector("th[scope=rowgroup]"));
    const texts = rows.map((row) => fold(row.textContent));
    const form = document.createElement("form");
    form.className = "find";
    form.setAttribute("role", "search");
    const label = document.createElement("label");
    label.textContent = "Search ";
    const input = document.createElement("input");
    input.type = "search";
    input.placeholder = table.dataset.find;
    const count = document.createElement("output");
    label.append(input);
    const all = document.createElement("button");
    all.type = "button";
    all.textContent = "Show all";
    form.append(label, count, all);
    table.closest(".scroll").before(form);

    const show = () => {
      const words = fold(input.value).split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row, at) => {
        row.hidden = !words.every((word) => texts[at].includes(word));
        shown += row.hidden ? 0 : 1;
      });
      for (const body of table.tBodies) {
        body.classList.toggle("searched", words.length > 0);
        body.hidden = words.length > 0 && ![...body.rows].some((row) => !row.hidden && !row.querySelector("th[scope=rowgroup]"));
      }
      // a long table is cut after the first rows, in the order of the moment, until all are asked for
      const cut = !words.length && !whole && rows.length > FIRST && table.tBodies.length === 1;
      [...table.querySelectorAll("tbody tr")].forEach((row, at) => row.classList.toggle("beyond", cut && at >= FIRST));
      all.hidden = !cut;
      count.textContent = `${number.format(cut ? FIRST : shown)} of ${number.format(rows.length)}`;
    };
    all.addEventListener("click", () => { whole = true; show(); });
    table.addEventListener("sorted", show);
    form.addEventListener("submit", (event) => event.preventDefault());
    input.addEventListener("input", show);
    const asked = new URLSearchParams(location.hash.slice(1)).get("q");
    if (asked) input.value = asked;
    show();
  };

  // groups of rows are closed until their heading, or a link to them, is followed
  const foldable = (table) => {
    for (const body of table.tBodies) {
      const head = body.querySelector("th[scope=rowgroup]");
      if (!head) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      const open = (yes) => { body.classList.toggle("closed", !yes); button.setAttribute("aria-expanded", String(yes)); };
      button.addEventListener("click", () => open(body.classList.contains("closed")));
      const follow = () => location.hash === `#${body.id}` && open(true);
      window.addEventListener("hashchange", follow);
      open(table.tBodies.length === 1);
      follow();
    }
  };

  for (const table of document.querySelectorAll("table[data-find]")) {
    findable(table);
    foldable(table);
    if (table.dataset.sortable !== undefined) sortable(table);
  }
})();
