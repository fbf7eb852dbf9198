// A map a gene: layers downwards, the designs of the front from the best to the worst in what it has to the right.

const MAP = { width: 300, row: 11, left: 20, gap: 0.8 };

function drawGeneMaps() {
  const box = document.getElementById("gene-maps");
  const columns = plane
    .filter((design) => design.layers && !design.baseline)
    .sort((a, b) => {
      const rise = value(a, content.plane.x) - value(b, content.plane.x);
      return metricOf.get(content.plane.x).better === "lower" ? rise : -rise;
    });
  const beside = baselines.map((baseline) => baseline.design).filter((design) => design.layers);
  if (!columns.length) return box.replaceChildren(element("p", {}, "No design is on the front."));
  box.replaceChildren(...content.genes.map((gene, place) => geneMap(gene, place, columns, beside)));
  markColumns();
  return undefined;
}

function geneMap(gene, place, columns, beside) {
  const layers = columns[0].layers[0].length;
  const cell = (MAP.width - MAP.left) / (columns.length + (beside.length ? beside.length + MAP.gap : 0));
  const high = layers * MAP.row;
  const picture = drawn("svg", {
    viewBox: `0 0 ${MAP.width} ${high + 12}`,
    role: "img",
    "aria-label": `${gene.name} by layer along the front`,
  });
  if (gene.key === "adc_type") picture.append(hatches());
  for (const layer of [
    ...new Set([1, ...Array.from({ length: layers }, (_, at) => at + 1).filter((at) => at % 5 === 0), layers]),
  ]) {
    picture.append(word(MAP.left - 4, (layer - 0.5) * MAP.row + 3, layer, "end"));
  }
  [...columns, ...beside].forEach((design, number) => {
    const x = MAP.left + cell * (number < columns.length ? number : number + MAP.gap);
    const column = drawn(
      "g",
      { class: "column", "data-id": design.id, "shape-rendering": "crispEdges" },
      drawn(
        "title",
        {},
        `${design.name}: ${accuracyText(design, "accuracy")}, ${costText(design)}`,
      ),
    );
    design.layers[place].forEach((choice, layer) => {
      const area = { x, y: layer * MAP.row, width: cell, height: MAP.row };
      column.append(drawn("rect", { ...area, fill: geneColour(place, choice).fill }));
      if (hatchOf(choice)) column.append(drawn("rect", { ...area, fill: `url(#${hatchOf(choice)})` }));
    });
    column.append(
      drawn("rect", {
        class: "frame",
        x,
        y: 0,
        width: cell,
        height: high,
        fill: "none",
        stroke: "black",
        "stroke-width": 0,
        "pointer-events": "all",
      }),
    );
    column.addEventListener("click", () => pin(design.id));
    picture.append(column);
  });
  picture.append(word(MAP.left, high + 10, "cheapest → dearest", "start"));
  if (beside.length) picture.append(word(MAP.width, high + 10, content.network, "end"));
  const scale = element(
    "div",
    { class: "scale" },
    ...geneValues[place].map((choice) => {
      const { fill, ink } = geneColour(place, choice);
      return element(
        "span",
        { class: hatchOf(choice), style: `background-color:${fill};color:${ink}` },
        gene.key === "adc_type" ? content.adcs[choice] : choice,
      );
    }),
  );
  return element("figure", {}, element("figcaption", {}, gene.name), scale, picture);
}

function word(x, y, text, anchor) {
  return drawn("text", { x, y, "text-anchor": anchor, "font-size": 8.5, fill: "#57606a" }, text);
}

function hatches() {
  return drawn(
    "defs",
    {},
    ...ADC_HATCHES.filter(Boolean).map((angle) =>
      drawn(
        "pattern",
        {
          id: `hatch-${angle}`,
          width: 4,
          height: 4,
          patternUnits: "userSpaceOnUse",
          patternTransform: `rotate(${angle})`,
        },
        drawn("rect", { width: 1.5, height: 4, fill: "white", "fill-opacity": 0.6 }),
      ),
    ),
  );
}

function markColumns() {
  for (const column of document.querySelectorAll("#gene-maps .column")) {
    const pinned = column.dataset.id === chosen.pinned;
    column.querySelector(".frame").setAttribute("stroke-width", pinned ? 2.5 : 0);
    if (pinned) column.parentElement.append(column);
  }
}
