// What stands around the scatter: its axes to be chosen, and its legend.

const AXES = [content.plane.x, content.plane.y]; // to the right and up, at first

// What marks stand for, of those that there are.
function fillLegend() {
  const { colours } = content;
  const circle = (attributes) => drawn("circle", { cx: 8, cy: 8, r: 4, ...attributes });
  const diamond = (colour) => drawn("path", { d: "M8 2 14 8 8 14 2 8Z", fill: colour, stroke: colours.text });
  const shapes = {
    flash: "M8 1 10 6 15.5 6.2 11.2 9.6 12.7 15 8 11.9 3.3 15 4.8 9.6 .5 6.2 6 6Z",
    sar: "M5.5 2h5v3.5H14v5h-3.5V14h-5v-3.5H2v-5h3.5Z",
  };
  const entries = [
    [
      plane.length,
      circle({ fill: colours.front }),
      content.plane.y === "accuracy" ? "front of these two, accuracy of the search (± s.e.)" : "front of these two",
    ],
    [
      content.plane.y === "accuracy" && designs.some((design) => design.plane && design.repeats),
      circle({ fill: "white", stroke: colours.repeated, "stroke-width": 2 }),
      "the same, fresh seeds (± s.e.)",
    ],
    [
      designs.some((design) => value(design, "promoted_accuracy") !== null),
      diamond(colours.promoted),
      `trained for ${metricOf.has("promoted_accuracy") ? metricOf.get("promoted_accuracy").name.split(", ")[1] : ""} (± s.e.)`,
    ],
    [
      designs.some((design) => design.knee),
      circle({ r: 6.5, fill: "none", stroke: colours.knee, "stroke-width": 2 }),
      `knee of ${content.plane.words}`,
    ],
    ...baselines.map(({ kind, design }) => [
      true,
      value(design, "accuracy") === null
        ? drawn("path", {
            d: "M8 0V16",
            stroke: colours[kind],
            "stroke-width": 2,
            "stroke-dasharray": kind === "flash" ? "6 4" : "2 2",
          })
        : drawn("path", { d: shapes[kind], fill: colours[kind], stroke: colours.text, "stroke-width": 0.7 }),
      design.name,
    ]),
    [true, circle({ r: 3.5, fill: "white", stroke: "#6e7781", "stroke-width": 1.4 }), "listed below"],
    [true, circle({ r: 3, fill: colours.dominated }), "evaluated"],
  ];
  for (const [there, mark, text] of entries) {
    if (there)
      document.getElementById("legend").append(element("li", {}, drawn("svg", { width: 16, height: 16 }, mark), text));
  }
}

function fillAxes() {
  for (const axis of ["x", "y"]) {
    const select = document.getElementById(`axis-${axis}`);
    for (const metric of content.metrics) select.append(element("option", { value: metric.key }, metric.label));
    select.value = chosen[axis];
    select.addEventListener("change", () => setAxes(chosen.x, chosen.y, axis, select.value));
  }
  document.getElementById("axes-swap").addEventListener("click", () => setAxes(chosen.y, chosen.x));
  document.getElementById("axes-back").addEventListener("click", () => setAxes(...AXES));
}

function setAxes(x, y, changed, key) {
  Object.assign(chosen, { x, y }, changed ? { [changed]: key } : {});
  for (const axis of ["x", "y"]) document.getElementById(`axis-${axis}`).value = chosen[axis];
  document.getElementById("axes-back").hidden = chosen.x === AXES[0] && chosen.y === AXES[1];
  drawScatter();
}
