// How elements, figures and colours are made; the same for all parts of the page.

// An element with attributes and children; texts become text, never markup.
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, set] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), set);
    else if (set === true) made.setAttribute(key, "");
    else if (set !== false && set !== null && set !== undefined) made.setAttribute(key, set);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

function drawn(name, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, set] of Object.entries(attributes)) made.setAttribute(key, set);
  made.append(...children);
  return made;
}

// Text for plotly, which takes some of it for markup.
function plain(text) {
  return String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

// What the pointer is told of a design.
function hover(design) {
  const lines = [`<b>${plain(design.name)}</b>`, `proxy accuracy ${plain(accuracyText(design, "accuracy"))}`];
  if (design.repeats)
    lines.push(`${plain(accuracyText(design, "repeated_accuracy"))} over ${seeds(design)}`);
  lines.push(plain(costText(design)));
  for (const { kind, design: baseline } of baselines) {
    if (baseline !== design && hasRatios(content.plane.x)) {
      const metric = metricOf.get(content.plane.x);
      lines.push(
        `${times(gain(design, baseline, metric.key))} ${metric.better} ${plain(metric.name)} than the ${content.adcs[kind]} baseline`,
      );
    }
  }
  const words = plain(design.genes_in_short).split(", ");
  lines.push(words.slice(0, 2).join(", "), words.slice(2).join(", "));
  return lines.join("<br>");
}

const FONT = { family: "system-ui, sans-serif", size: 12, color: content.colours.text };
const AXIS = {
  gridcolor: "#e8eaec",
  linecolor: content.colours.text,
  showline: true,
  zeroline: false,
  ticks: "outside",
  ticklen: 4,
};

// Draws or redraws a figure; a click on a point that has a design's id as its customdata pins it.
function draw(place, traces, layout) {
  const box = document.getElementById(place);
  const first = !box.classList.contains("js-plotly-plot");
  Plotly.react(
    box,
    traces,
    {
      font: FONT,
      margin: { l: 58, r: 14, t: 12, b: 46 },
      showlegend: false,
      hovermode: "closest",
      hoverlabel: {
        bgcolor: "white",
        bordercolor: content.colours.text,
        font: { family: FONT.family, size: 12 },
        align: "left",
      },
      modebar: { bgcolor: "rgba(255,255,255,.85)", color: "#8b949e", activecolor: content.colours.text },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      dragmode: place === "scatter" && !narrow() ? "zoom" : false,
      ...layout,
    },
    {
      displaylogo: false,
      responsive: true,
      displayModeBar: place === "scatter" && !narrow() ? "hover" : false,
      modeBarButtons: [["toImage", "zoom2d", "pan2d", "resetScale2d"]],
      toImageButtonOptions: { format: "svg", filename: place },
    },
  );
  if (first) {
    box.on("plotly_click", (event) => {
      const id = event.points[0].customdata;
      if (typeof id === "string" && byId.has(id)) pin(id);
    });
  }
}

// Ticks at decades, or every second or third of many; at 1, 2 and 5 of each where values span less than one and a half.
function logTicks(values, most) {
  const known = values.filter((number) => number > 0);
  if (!known.length) return {};
  const [low, high] = [Math.floor(Math.log10(Math.min(...known))), Math.ceil(Math.log10(Math.max(...known)))];
  const digits = Math.log10(Math.max(...known) / Math.min(...known)) < 1.5 ? [1, 2, 5] : [1];
  const ticks = [];
  const step = Math.ceil((high - low + 1) / most);
  for (let decade = low; decade <= high; decade += step) for (const digit of digits) ticks.push(digit * 10 ** decade);
  return {
    tickvals: ticks,
    ticktext: ticks.map((tick) =>
      short(tick)
        .replace(/(\.\d*?)0+$/, "$1")
        .replace(/\.$/, "")
        .replace("1.00·", ""),
    ),
  };
}

// From pale to dark blue, by a share from 0 to 1.
const RAMP = [
  [237, 243, 250],
  [182, 208, 232],
  [107, 164, 209],
  [43, 111, 174],
  [10, 50, 105],
];

function shade(share) {
  const at = Math.min(Math.max(share, 0), 1) * (RAMP.length - 1);
  const [from, to] = [RAMP[Math.floor(at)], RAMP[Math.ceil(at)]];
  return `rgb(${from.map((part, place) => Math.round(part + (to[place] - part) * (at % 1))).join(",")})`;
}

// Of every gene: its values among all designs in order, which colours stand for.
const geneValues = content.genes.map(({ key }, place) => {
  const found = new Set(designs.flatMap((design) => (design.layers ? design.layers[place] : [])));
  return key === "adc_type"
    ? Object.keys(content.adcs).filter((kind) => found.has(kind))
    : [...found].sort((a, b) => a - b);
});

// ADC types differ by hatch, too, where colours are alike in grey: its direction in degrees, in the order of palette.py.
const ADC_HATCHES = [null, 45, null, 135, 180];

function hatchOf(choice) {
  const place = content.adc_types.indexOf(choice); // of other genes' values -1
  const angle = ADC_HATCHES[place < 2 ? place : 2 + ((place - 2) % 3)];
  return angle ? `hatch-${angle}` : null;
}

function seeds(design) {
  return `${design.repeats} fresh seed${design.repeats > 1 ? "s" : ""}`;
}

// Colour and colour of the text of a gene's value.
function geneColour(place, choice) {
  if (content.genes[place].key === "adc_type") return { fill: content.colours[choice], ink: "#000" };
  const choices = geneValues[place];
  const share = choices.length > 1 ? choices.indexOf(choice) / (choices.length - 1) : 0.3;
  return { fill: shade(share), ink: share > 0.55 ? "#fff" : "#1b1f23" };
}
