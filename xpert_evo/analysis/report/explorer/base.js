// What the page holds, what is chosen on it, and the few things that all its parts need.

const content = JSON.parse(document.getElementById("content").textContent);
const designs = content.designs;
for (const design of designs) {
  // ADC types by their names
  const place = content.genes.findIndex((gene) => gene.key === "adc_type");
  if (design.layers) design.layers[place] = design.layers[place].map((kind) => content.adc_types[kind]);
}
const byId = new Map(designs.map((design) => [design.id, design]));
const baselines = Object.entries(content.baselines)
  .filter(([, id]) => byId.has(id))
  .map(([kind, id]) => ({ kind, design: byId.get(id) }));
const metricOf = new Map(content.metrics.map((metric, place) => [metric.key, { ...metric, place }]));
const accuracyKeys = content.metrics.map((metric) => metric.key).filter((key) => key.endsWith("accuracy"));
const narrow = () => window.innerWidth <= 900;

const LISTED = {
  plane: { name: `front of ${content.plane.short}`, has: (design) => design.plane },
  front: { name: "of all objectives", has: (design) => design.front },
  all: { name: content.whole_run ? "all designs" : "all in this folder", has: () => true },
};
const plane = designs.filter((design) => design.plane);
const chosen = { pinned: null, listed: "plane", x: content.plane.x, y: content.plane.y };
const whenPinned = []; // called after another design is pinned, or none
const whenListed = []; // called after other designs are listed

// The designs that are listed; the baselines always are.
function listed() {
  return designs.filter((design) => design.baseline || LISTED[chosen.listed].has(design));
}

function pin(id) {
  chosen.pinned = id === chosen.pinned || !byId.has(id) ? null : id;
  for (const act of whenPinned) act();
}

function list(which) {
  chosen.listed = which;
  for (const act of whenListed) act();
}

// What a design is called where there is little room.
function label(design) {
  return design.baseline ? `${content.network}, ${content.adcs[design.baseline]}` : design.short || design.id;
}

// A design's figure, or null.
function value(design, key) {
  return metricOf.has(key) ? design.values[metricOf.get(key).place] : null;
}

// The standard error of one of the accuracies, or null.
function error(design, key) {
  const place = accuracyKeys.indexOf(key);
  return place < 0 ? null : design.errors[place];
}

// How many times better a design is than another in a metric.
function gain(design, other, key) {
  const [own, its] = [value(design, key), value(other, key)];
  if (own === null || its === null) return null;
  return metricOf.get(key).better === "lower" ? its / own : own / its;
}

// The figures of the front beside accuracy, such as "EDAP 1.2 mJ ms mm²".
const COSTS = [...new Set([content.plane.y, content.plane.x])].filter((key) => key !== "accuracy");

function costText(design) {
  return COSTS.map((key) => `${metricOf.get(key).name} ${figureText(design, key)}`).join(", ");
}

// Whether a metric's ratios mean something.
const hasRatios = (key) => metricOf.has(key) && metricOf.get(key).log;

const SUPERSCRIPTS = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

// Three digits: 0.0123, 12.3, 1,230, 1.23·10⁻⁶.
function short(number) {
  if (number === null) return "–";
  if (number === 0) return "0";
  if (Math.abs(number) < 1e-4 || Math.abs(number) >= 1e7) {
    const [digits, power] = number.toExponential(2).split("e");
    return `${digits}·10${[...power.replace("+", "")].map((sign) => SUPERSCRIPTS[sign]).join("")}`;
  }
  const rounded = Number(number.toPrecision(3));
  return Math.abs(rounded) >= 1000 ? rounded.toLocaleString("en-GB") : rounded.toPrecision(3).replace(/\.$/, "");
}

function times(ratio) {
  return ratio === null
    ? "–"
    : `${ratio >= 100 ? Math.round(ratio).toLocaleString("en-GB") : Number(ratio.toPrecision(3))}x`;
}

function accuracyText(design, key) {
  const [mean, deviation] = [value(design, key), error(design, key)];
  if (mean === null) return "–";
  return deviation === null ? `${mean.toFixed(1)} %` : `${mean.toFixed(1)} ± ${deviation.toFixed(1)} %`;
}

// Of a metric in its unit, as text.
function figureText(design, key) {
  if (accuracyKeys.includes(key)) return accuracyText(design, key);
  const { unit } = metricOf.get(key);
  return value(design, key) === null ? "–" : `${short(value(design, key))}${unit ? ` ${unit}` : ""}`;
}
