// Names for fields that Datasette's pages leave without one, and frames for its wide tables.
(() => {
  "use strict";
  const names = {
    "[name=_filter_column]": "Column to filter by", "[name=_filter_op]": "How to compare", "[name=_filter_value]": "Value to filter by",
    "select[name=_sort]": "Sort by", "[name=_search]": "Search titles", "textarea": "SQL", "form.sql input[type=text]": "Parameter",
  };
  const name = () => {
    for (const [where, text] of Object.entries(names)) {
      for (const field of document.querySelectorAll(where)) {
        if (!field.labels?.length && !field.getAttribute("aria-label")) field.setAttribute("aria-label", text);
      }
    }
  };
  const frame = () => {
    for (const table of document.querySelectorAll("main table")) {
      let box = table.closest(".table-wrapper");
      if (!box) {
        box = document.createElement("div");
        box.className = "table-wrapper";
        table.before(box);
        box.append(table);
      }
      box.tabIndex = 0;
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", "Rows");
    }
  };
  name();
  frame();
  addEventListener("load", name);
  new MutationObserver(name).observe(document.body, { childList: true, subtree: true });
})();
