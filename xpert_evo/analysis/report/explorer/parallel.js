// Parallel coordinates: a line a listed design over its figures and the means of its genes.

const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
const DOUBLED = ["channels", "column_sharing"]; // genes whose choices are powers of two, more or less

// A gene's mean over the layers; of ADC types the share of SAR ADCs in percent.
function geneMean(design, place) {
  if (!design.layers) return null;
  const { key } = content.genes[place];
  const choices = design.layers[place];
  if (key === "adc_type") return 100 * mean(choices.map((choice) => (choice === "sar" ? 1 : 0)));
  return DOUBLED.includes(key) ? 2 ** mean(choices.map(Math.log2)) : mean(choices);
}

function parallelAxes(rows) {
  const figures = ["accuracy", ...content.shown]
    .filter((key) => metricOf.has(key))
    .map((key) => {
      const metric = metricOf.get(key);
      return {
        name: metric.name.replace("proxy ", ""),
        unit: metric.unit,
        arrow: metric.better === "lower" ? "↓" : "↑",
        log: metric.log,
        of: (design) => value(design, key),
      };
    });
  const genes = content.genes.map(({ key, name }, place) => ({
    name: key === "adc_type" ? "SAR ADCs" : name,
    unit: key === "adc_type" ? "%" : "",
    arrow: "",
    log: DOUBLED.includes(key),
    of: (design) => geneMean(design, place),
  }));
  return [...figures, ...genes]
    .map((axis) => {
      const known = rows.map(axis.of).filter((number) => number !== null);
      const scale = axis.log ? Math.log10 : (number) => number;
      const [low, high] = [Math.min(...known), Math.max(...known)];
      const span = scale(high) - scale(low);
      return {
        ...axis,
        low,
        high,
        known: known.length > 0,
        at: (design) => (axis.of(design) === null ? null : span ? (scale(axis.of(design)) - scale(low)) / span : 0.5),
      };
    })
    .filter((axis) => axis.known);
}

function drawParallel() {
  const rows = listed();
  const axes = parallelAxes(rows);
  const lying = narrow(); // axes one below the other
  const lines = (group, style) => {
    const [along, across, ids, texts] = [[], [], [], []];
    for (const design of group) {
      axes.forEach((axis, place) => {
        along.push(lying ? -place : place);
        across.push(axis.at(design));
        ids.push(design.id);
        texts.push(`<b>${plain(design.name)}</b><br>${plain(axis.name)} ${short(axis.of(design))} ${axis.unit}`);
      });
      for (const part of [along, across, ids, texts]) part.push(null);
    }
    return {
      type: "scatter",
      mode: "lines+markers",
      x: lying ? across : along,
      y: lying ? along : across,
      customdata: ids,
      text: texts,
      hovertemplate: "%{text}<extra></extra>",
      marker: { size: 5 },
      cliponaxis: false,
      ...style,
    };
  };
  const { colours } = content;
  const pinned = rows.filter((design) => design.id === chosen.pinned);
  const traces = [
    lines(
      rows.filter((design) => !design.plane && !design.baseline),
      { line: { color: "rgba(110,119,129,.35)", width: 1 }, marker: { size: 4, color: "rgba(110,119,129,.5)" } },
    ),
    lines(
      rows.filter((design) => design.plane && !design.baseline),
      { line: { color: colours.front, width: 1.2 }, opacity: 0.75 },
    ),
    ...baselines.map(({ kind, design }) =>
      lines([design], {
        line: { color: colours[kind], width: 2.5, dash: kind === "flash" ? "dash" : "dot" },
        marker: { size: 8, symbol: STAR[kind], color: colours[kind] },
      }),
    ),
    lines(pinned, { line: { color: "black", width: 3.5 }, marker: { size: 7, color: "black" } }),
  ];
  const end = (axis, number) => `${short(number)}${axis.unit === "%" ? " %" : ""}`;
  const note = (text, x, y, more) => ({
    text,
    x,
    y,
    showarrow: false,
    font: { size: 11 },
    bgcolor: lying ? "rgba(255,255,255,.75)" : null,
    xref: "x",
    yref: "y",
    ...more,
  });
  const title = (axis) => [
    lying || axis.arrow ? axis.name : axis.name.replace(" ", "<br>"), // genes' have no second line otherwise
    axis.unit && axis.unit !== "%" ? `(${axis.unit})` : "",
    axis.arrow,
  ];
  const annotations = axes.flatMap((axis, place) =>
    lying
      ? [
          note(`<b>${title(axis).filter(Boolean).join(" ").replace("↓", "←").replace("↑", "→")}</b>`, 0.5, -place, {
            yshift: 17,
          }),
          note(end(axis, axis.low), 0, -place, { yshift: 11, xanchor: "left" }),
          note(end(axis, axis.high), 1, -place, { yshift: 11, xanchor: "right" }),
        ]
      : [
          note(`<b>${title(axis).slice(0, 1)}</b><br>${title(axis).slice(1).filter(Boolean).join(" ")}`, place, 1, {
            yshift: 34,
            valign: "bottom",
          }),
          note(end(axis, axis.high), place, 1, { yshift: 9 }),
          note(end(axis, axis.low), place, 0, { yshift: -11 }),
        ],
  );
  const bar = (place) => ({
    type: "line",
    layer: "below",
    line: { color: "#afb8c1", width: 1 },
    ...(lying ? { y0: -place, y1: -place, x0: 0, x1: 1 } : { x0: place, x1: place, y0: 0, y1: 1 }),
  });
  const bare = { visible: false, fixedrange: true };
  const across = { ...bare, range: [0, 1] };
  const along = lying ? { ...bare, range: [-axes.length + 0.7, 0.8] } : { ...bare, range: [-0.4, axes.length - 0.6] };
  draw("parallel-plot", traces, {
    xaxis: lying ? across : along,
    yaxis: lying ? along : across,
    annotations,
    shapes: axes.map((_, place) => bar(place)),
    dragmode: false,
    margin: lying ? { l: 14, r: 14, t: 12, b: 4 } : { l: 8, r: 8, t: 62, b: 26 },
  });
}
