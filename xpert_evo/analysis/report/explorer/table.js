// All listed designs as a table: sorted by a click on a head, walked through by the arrow keys.

const sorting = { key: content.plane.y, up: metricOf.get(content.plane.y).better === "lower" };

const LONG = 20; // characters of a name that is broken into lines

// Columns: a head, a text a design, and what it is sorted by.
function columns() {
  const metricColumns = (keys) =>
    keys
      .filter((key) => metricOf.has(key))
      .map((key) => ({
        key,
        head: metricOf.get(key).label,
        text: (design) =>
          key.endsWith("accuracy") ? accuracyText(design, key).replace(" %", "") : short(value(design, key)),
        sort: (design) => value(design, key),
      }));
  const gains = (key) =>
    hasRatios(key)
      ? baselines.map(({ kind, design: baseline }) => ({
          key: `${key} ${kind}`,
          head: `${metricOf.get(key).name}: ${metricOf.get(key).better} than ${content.adcs[kind]} baseline`,
          text: (design) => times(gain(design, baseline, key)),
          sort: (design) => gain(design, baseline, key),
        }))
      : [];
  const elsewhere = content.metrics.map((metric) => metric.key).filter((key) => key.endsWith(`_${content.plane.x}`));
  return [
    { key: "id", head: "design", text: label, sort: label },
    ...metricColumns(["accuracy", "repeated_accuracy", "promoted_accuracy", ...COSTS]),
    ...gains(content.plane.x),
    ...metricColumns(content.shown.filter((key) => !COSTS.includes(key))),
    ...elsewhere.flatMap(gains),
    {
      key: "words",
      head: "genes over the layers",
      words: true,
      text: (design) => (design.baseline ? design.name : design.genes_in_short),
      sort: (design) => design.genes_in_short,
    },
  ];
}

function marks(design) {
  if (design.baseline) return design.baseline === "flash" ? "★" : "✚";
  return design.knee ? "◎" : design.plane ? "●" : "";
}

function ordered(rows, column) {
  const missing = (design) => column.sort(design) === null;
  const order = (a, b) =>
    typeof column.sort(a) === "string" ? column.sort(a).localeCompare(column.sort(b)) : column.sort(a) - column.sort(b);
  return [...rows].sort((a, b) => missing(a) - missing(b) || (missing(a) ? 0 : (sorting.up ? 1 : -1) * order(a, b)));
}

function drawTable() {
  const all = columns();
  const rows = ordered(
    listed(),
    all.find((column) => column.key === sorting.key),
  );
  const head = element(
    "tr",
    {},
    ...all.map((column) =>
      element(
        "th",
        {
          scope: "col",
          class: column.words ? "words" : null,
          "aria-sort": column.key === sorting.key ? (sorting.up ? "ascending" : "descending") : null,
        },
        element(
          "button",
          { type: "button", onclick: () => sortBy(column.key) },
          `${column.head}${column.key === sorting.key ? (sorting.up ? " ▲" : " ▼") : ""}`,
        ),
      ),
    ),
  );
  const body = element(
    "tbody",
    { onkeydown: walk },
    ...rows.map((design) =>
      element(
        "tr",
        {
          "data-id": design.id,
          tabindex: -1,
          class: design.baseline ? "baseline" : null,
          title: design.name,
          onclick: () => pin(design.id),
        },
        ...all.map((column, place) =>
          element(
            "td",
            { class: column.words ? "words" : column.text(design).length > LONG ? "long" : null },
            ...(place ? [] : [element("span", { class: "mark", "aria-hidden": "true" }, marks(design))]),
            column.text(design),
          ),
        ),
      ),
    ),
  );
  const box = document.getElementById("designs");
  box.replaceChildren(
    element("table", {}, element("caption", { hidden: true }, "Designs"), element("thead", {}, head), body),
  );
  if (body.rows.length) body.rows[0].tabIndex = 0;
  markRow();
  const left = document.getElementById("left-out");
  left.hidden = !content.left_out;
  left.textContent = `${content.left_out} other designs were evaluated; this page leaves them out to stay small.`;
}

function sortBy(key) {
  sorting.up = sorting.key === key && !sorting.up;
  sorting.key = key;
  drawTable();
  document.querySelector("#designs [aria-sort] button").focus();
}

// Arrow keys, Home and End move the focus; Enter and the space bar pin.
function walk(event) {
  const row = event.target.closest("tr");
  const rows = [...row.parentElement.rows];
  const place = rows.indexOf(row);
  const to = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (event.key === "Enter" || event.key === " ") pin(row.dataset.id);
  else if (to === undefined) return;
  else if (rows[to]) {
    row.tabIndex = -1;
    rows[to].tabIndex = 0;
    rows[to].focus();
  }
  event.preventDefault();
}

function markRow() {
  for (const row of document.querySelectorAll("#designs tbody tr")) {
    const pinned = row.dataset.id === chosen.pinned;
    row.classList.toggle("pinned", pinned);
    row.setAttribute("aria-selected", pinned);
  }
}
