// The pinned design: what it is, what it reaches and costs, where that goes, and how to get it.

function drawDesign() {
  const box = document.getElementById("pinned");
  const design = byId.get(chosen.pinned);
  const bar = document.getElementById("bar");
  box.hidden = bar.hidden = !design;
  document.getElementById("unpinned").hidden = Boolean(design);
  const old = document.getElementById("breakdown");
  if (old) Plotly.purge(old);
  if (!design) return box.replaceChildren();
  document.getElementById("bar-name").textContent =
    `${label(design)}: ${accuracyText(design, "accuracy")}, ${costText(design)} – show`;
  box.replaceChildren(
    element(
      "div",
      { class: "head" },
      element("h2", {}, design.name),
      element("button", { type: "button", id: "unpin", onclick: () => pin(design.id), title: "Esc" }, "unpin"),
    ),
    element(
      "p",
      { class: "quiet" },
      [
        design.id,
        ...standing(design),
        ...SIZES.map((key) => `${short(value(design, key))} million ${metricOf.get(key).name}`),
      ].join(" · "),
    ),
    accuracyTable(design),
    costTable(design),
    ...commands(design),
    ...geneTable(design),
    ...breakdownBox(design),
  );
  document.getElementById("design").scrollTop = 0;
  drawBreakdown(design);
  return undefined;
}

const SIZES = ["macs", "parameters"].filter((key) => metricOf.has(key)); // both in millions

function standing(design) {
  const words = [];
  if (design.baseline) words.push("baseline");
  if (design.knee) words.push(`knee of ${content.plane.words}`);
  else if (design.plane) words.push(`on the front of ${content.plane.words}`);
  else if (design.front) words.push("on the front of all objectives");
  else words.push(design.feasible ? "dominated" : "breaks a constraint");
  return words;
}

function accuracyTable(design) {
  const keys = [
    ["accuracy", "the search's own"],
    ["repeated_accuracy", `over ${seeds(design)}`],
    [
      "promoted_accuracy",
      metricOf.has("promoted_accuracy") ? metricOf.get("promoted_accuracy").name.split(", ")[1] : "",
    ],
  ];
  const rows = keys.filter(([key]) => value(design, key) !== null);
  return element(
    "table",
    { class: "accuracies" },
    element(
      "tbody",
      {},
      ...rows.map(([key, name]) =>
        element("tr", {}, element("td", {}, `proxy accuracy, ${name}`), element("td", {}, accuracyText(design, key))),
      ),
    ),
  );
}

function costTable(design) {
  const keys = content.metrics
    .map((metric) => metric.key)
    .filter((key) => !accuracyKeys.includes(key) && !SIZES.includes(key) && value(design, key) !== null);
  const others = baselines.filter((baseline) => baseline.design !== design);
  const head = element(
    "tr",
    {},
    element("th", { colspan: 2 }, `times better than the homogeneous ${content.network}:`),
    ...others.map(({ kind }) => element("th", {}, content.adcs[kind])),
  );
  return element(
    "table",
    { class: "costs" },
    element("thead", {}, head),
    element(
      "tbody",
      {},
      ...keys.map((key) =>
        element(
          "tr",
          {},
          element("td", {}, metricOf.get(key).name),
          element("td", {}, figureText(design, key)),
          ...others.map(({ design: baseline }) => element("td", {}, times(gain(design, baseline, key)))),
        ),
      ),
    ),
  );
}

// So many fit beside each other; a network of more layers is shown in bands.
const MOST_LAYERS_A_BAND = 14;

function geneTable(design) {
  const chip = Object.entries(design.array || {})
    .map(([gene, choice]) => `${gene.replaceAll("_", " ")} ${choice}`)
    .join(", ");
  const heading = element("h3", {}, `Genes, layer by layer${chip ? `; ${chip}` : ""}`);
  if (!design.layers) return [heading, element("p", {}, "Not in this folder.")];
  const count = design.layers[0].length;
  const adcLetters = Object.entries(content.adcs)
    .map(([kind, name]) => `${content.adc_letters[kind]} ${name}`)
    .join(", ");
  const bands = Math.ceil(count / MOST_LAYERS_A_BAND);
  const layers = Math.ceil(count / bands);
  return [
    heading,
    ...Array.from({ length: bands }, (_, band) => geneBand(design, band * layers, layers)),
    element("p", { class: "quiet" }, `ADC type: ${adcLetters}. Darker is more.`),
  ];
}

function geneBand(design, first, layers) {
  const count = design.layers[0].slice(first, first + layers).length;
  const numbers = Array.from({ length: layers }, (_, place) => element("th", {}, place < count ? first + place + 1 : ""));
  const rows = content.genes.map(({ key, name }, place) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, name.replace(" to an ", "/")),
      ...design.layers[place].slice(first, first + layers).map((choice) => {
        const { fill, ink } = geneColour(place, choice);
        return element(
          "td",
          { class: `value ${hatchOf(choice) ?? ""}`, style: `background-color:${fill};color:${ink}` },
          key === "adc_type" ? content.adc_letters[choice] : choice,
        );
      }),
    ),
  );
  const head = element("tr", {}, element("th"), ...numbers);
  return element(
    "div",
    { class: "wide" },
    element("table", { class: "strip" }, element("thead", {}, head), element("tbody", {}, ...rows)),
  );
}

function commands(design) {
  const lines = [];
  if (content.whole_run)
    lines.push(["Export it, in the run's folder", `xpert-evo export . --pick ${design.id} --to ${design.id}`]);
  else if (design.layers && !design.baseline)
    lines.push(["Simulate it, in the run's folder", `xpert-evo simulate designs/${design.id}.json --breakdown`]);
  return lines.flatMap(([title, line]) => {
    const code = element("code", {}, line);
    const button = element("button", { type: "button", onclick: () => copy(code, button) }, "copy");
    return [
      element("div", { class: "head" }, element("h3", {}, title), button),
      element("div", { class: "command" }, code),
    ];
  });
}

// Where a page may not write to the clipboard, the line is selected to be copied by hand.
function copy(code, button) {
  const select = () => {
    window.getSelection().selectAllChildren(code);
    button.textContent = "selected";
  };
  if (!navigator.clipboard) return select();
  return navigator.clipboard.writeText(code.textContent).then(() => {
    button.textContent = "copied";
  }, select);
}
