// The front: any figure against any other, every design there is, the baselines beside them.

const DIAMOND = "diamond",
  STAR = { flash: "star", sar: "cross" };

function marksOf(rows, style) {
  const [x, y] = [chosen.x, chosen.y];
  const known = rows.filter((design) => value(design, x) !== null && value(design, y) !== null);
  return {
    type: "scatter",
    mode: "markers",
    x: known.map((design) => value(design, x)),
    y: known.map((design) => value(design, y)),
    customdata: known.map((design) => design.id),
    text: known.map(hover),
    hovertemplate: "%{text}<extra></extra>",
    cliponaxis: false,
    ...style,
  };
}

// The same designs with another of their accuracies on the axis that has the search's.
function otherAccuracy(rows, key, style) {
  const [x, y] = [chosen.x, chosen.y].map((axis) => (axis === "accuracy" ? key : axis));
  if (![chosen.x, chosen.y].includes("accuracy")) return null;
  const known = rows.filter(
    (design) => value(design, key) !== null && value(design, x) !== null && value(design, y) !== null,
  );
  const bars = {
    type: "data",
    array: known.map((design) => error(design, key)),
    thickness: 1,
    width: 0,
    color: style.marker.line.color,
  };
  return {
    type: "scatter",
    mode: "markers",
    x: known.map((design) => value(design, x)),
    y: known.map((design) => value(design, y)),
    [chosen.x === "accuracy" ? "error_x" : "error_y"]: bars,
    customdata: known.map((design) => design.id),
    text: known.map(hover),
    hovertemplate: "%{text}<extra></extra>",
    cliponaxis: false,
    ...style,
  };
}

// Designs that no other beats in both figures, by rising x.
function frontOf(rows, x, y) {
  const sign = (key) => (metricOf.get(key).better === "lower" ? 1 : -1);
  const [sx, sy] = [sign(x), sign(y)];
  const known = rows.filter((design) => value(design, x) !== null && value(design, y) !== null);
  known.sort((a, b) => sx * (value(a, x) - value(b, x)) || sy * (value(a, y) - value(b, y)));
  let best = Infinity;
  const found = known.filter((design) => {
    const better = sy * value(design, y) < best;
    if (better) best = sy * value(design, y);
    return better;
  });
  return sx > 0 ? found : found.reverse();
}

function axisOf(key) {
  const metric = metricOf.get(key);
  const hint = metric.better === "lower" ? "lower is better" : "higher is better";
  const ticks = metric.log
    ? logTicks(
        designs.map((design) => value(design, key)),
        narrow() ? 5 : 10,
      )
    : {};
  return {
    ...AXIS,
    title: { text: `${plain(metric.label)}, ${hint}`, standoff: 6 },
    type: metric.log ? "log" : "linear",
    tickangle: 0,
    ...ticks,
  };
}

function drawScatter() {
  const { colours } = content;
  const feasible = designs.filter((design) => design.feasible && !design.baseline);
  const best = frontOf(
    designs.filter((design) => design.feasible),
    chosen.x,
    chosen.y,
  );
  const bestIds = new Set(best.map((design) => design.id));
  const inList = LISTED[chosen.listed].has;
  const errors = ["x", "y"]
    .filter((axis) => chosen[axis].endsWith("accuracy"))
    .map((axis) => [
      `error_${axis}`,
      {
        type: "data",
        array: best.map((design) => error(design, chosen[axis])),
        thickness: 1,
        width: 0,
        color: colours.front,
      },
    ]);
  const outline = (colour, width) => ({ color: colour, width });
  const traces = [
    marksOf(
      feasible.filter((design) => !bestIds.has(design.id) && !inList(design)),
      { marker: { color: colours.dominated, size: 6 } },
    ),
    marksOf(
      feasible.filter((design) => !bestIds.has(design.id) && inList(design)),
      { marker: { color: "white", size: 7, line: outline("#6e7781", 1.4) } },
    ),
    marksOf(best, {
      mode: "lines+markers",
      marker: { color: colours.front, size: 8 },
      line: { color: colours.front, width: 1.4, shape: metricOf.get(chosen.x).better === "lower" ? "hv" : "vh" },
      ...Object.fromEntries(errors),
    }),
    otherAccuracy(best, "repeated_accuracy", {
      marker: { color: "white", size: 8, line: outline(colours.repeated, 2) },
    }),
    otherAccuracy(
      [...new Set([...best, ...plane])].filter((design) => !design.baseline),
      "promoted_accuracy",
      { marker: { symbol: DIAMOND, color: colours.promoted, size: 10, line: outline(colours.text, 1) } },
    ),
    marksOf(
      designs.filter((design) => design.knee),
      {
        marker: { symbol: "circle-open", size: 19, color: colours.knee, line: { width: 2.4 } },
        hoverinfo: "skip",
        hovertemplate: null,
      },
    ),
    ...baselines.flatMap(({ kind, design }) => [
      otherAccuracy([design], "promoted_accuracy", {
        marker: { symbol: DIAMOND, color: colours[kind], size: 10, line: outline(colours.text, 1) },
      }),
      marksOf([design], {
        marker: {
          symbol: STAR[kind],
          size: kind === "flash" ? 17 : 13,
          color: colours[kind],
          line: outline(colours.text, 0.8),
        },
      }),
    ]),
    marksOf(byId.has(chosen.pinned) ? [byId.get(chosen.pinned)] : [], {
      marker: { symbol: "circle-open", size: 25, color: "black", line: { width: 3 } },
      hoverinfo: "skip",
      hovertemplate: null,
    }),
  ];
  const notes = baselines.map(baselineNote);
  draw("scatter", traces.filter(Boolean), {
    annotations: notes.map((note) => note.annotation),
    shapes: notes.flatMap((note) => note.shapes),
    xaxis: axisOf(chosen.x),
    yaxis: axisOf(chosen.y),
    uirevision: `${chosen.x} ${chosen.y}`,
    margin: { l: 58, r: 26, t: 16, b: 46 },
  });
}

// A baseline's name beside its mark; where only its figure to the right is known, beside a line across the others.
function baselineNote({ kind, design }, place) {
  const name = plain(label(design));
  const at = (axis) => {
    const number = value(design, chosen[axis]);
    return number !== null && metricOf.get(chosen[axis]).log ? Math.log10(number) : number;
  };
  const [x, y] = [at("x"), at("y")];
  const looks = { font: { size: 11 }, bgcolor: "rgba(255,255,255,.8)", arrowwidth: 0.8, arrowhead: 0, standoff: 7 };
  if (x === null) return { annotation: { text: "", showarrow: false }, shapes: [] };
  if (y !== null)
    return { annotation: { ...looks, text: name, x, y, ax: place ? -46 : 4, ay: place ? 62 : 40 }, shapes: [] };
  const line = { color: content.colours[kind], width: 1.6, dash: kind === "flash" ? "dash" : "dot" };
  return {
    annotation: {
      ...looks,
      text: `${name}<br>(accuracy not known)`,
      x,
      y: 0.06 + 0.1 * place,
      yref: "paper",
      ax: -90,
      ay: 0,
      standoff: 0,
    },
    shapes: [
      { type: "line", x0: value(design, chosen.x), x1: value(design, chosen.x), y0: 0, y1: 1, yref: "paper", line },
    ],
  };
}
