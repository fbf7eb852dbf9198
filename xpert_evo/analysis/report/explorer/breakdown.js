// Where the pinned design's energy, latency and area go, layer by layer and part by part.

function breakdownBox(design) {
  const heading = element("h3", {}, "Where it goes, layer by layer");
  if (design.parts) return [heading, element("div", { id: "breakdown", class: "plot" })];
  return [heading, element("p", {}, "Not on this page: it would be too large, or the folder doesn't hold the design.")];
}

const HATCHES = { accumulation: "/", buffer: ".", interconnect: "\\", array: "x", driver: "+", mux: "|", register: "-" };

function drawBreakdown(design) {
  if (!design.parts) return;
  const count = design.layers[0].length;
  const places = [
    ...Array.from({ length: count }, (_, layer) => String(layer + 1)),
    ...(content.shared ? ["chip"] : []),
  ];
  const traces = [];
  const layout = {
    barmode: "stack",
    bargap: 0.25,
    margin: { l: 46, r: 6, t: 34, b: 34 },
    showlegend: true,
    annotations: [],
    legend: { orientation: "h", y: -0.12, yanchor: "top", x: 0, font: { size: 11 }, traceorder: "normal" },
  };
  const named = new Set();
  content.quantities.forEach((quantity, row) => {
    const axis = row ? row + 1 : "";
    const whole = value(design, quantity.key);
    quantity.parts.forEach((part, place) => {
      const shares = design.parts[quantity.key][place];
      const { name, colour } = content.parts[part];
      traces.push({
        type: "bar",
        x: places,
        y: shares.map((share) => (whole * share) / content.whole),
        name,
        xaxis: "x",
        yaxis: `y${axis}`,
        legendgroup: part,
        showlegend: !named.has(part),
        marker: {
          color: colour,
          pattern: {
            shape: HATCHES[part] || "",
            size: 5,
            solidity: 0.25,
            fillmode: "overlay",
            fgcolor: "rgba(255,255,255,.75)",
          },
        },
        customdata: shares.map((share) => (100 * share) / content.whole),
        hovertemplate:
          `convolution %{x}, ${plain(name)}: %{y:.3g}, %{customdata:.1f} % of the whole` +
          `<extra>${plain(quantity.label)}</extra>`,
      });
      named.add(part);
    });
    const top = 1 - row / 3;
    layout[`yaxis${axis}`] = {
      ...AXIS,
      domain: [top - 0.26, top],
      nticks: 4,
      tickfont: { size: 11 },
      rangemode: "tozero",
    };
    const adcs =
      design.parts[quantity.key][quantity.parts.indexOf("adc")].reduce((sum, share) => sum + share, 0) / content.whole;
    layout.annotations.push({
      text: `<b>${plain(quantity.label)}</b>: ${short(whole)}, of which ADCs ${Math.round(100 * adcs)} %`,
      xref: "paper",
      yref: "paper",
      x: 0,
      y: top,
      xanchor: "left",
      yanchor: "bottom",
      showarrow: false,
      font: { size: 11 },
    });
  });
  layout.xaxis = { ...AXIS, type: "category", anchor: "y3", tickfont: { size: 11 } };
  draw("breakdown", traces, layout);
}
