// What was learned of accuracy: which genes matter, how well it was foretold, how the search converged.

function drawWorth() {
  const box = document.getElementById("worth");
  const fit = content.sensitivity;
  if (!box || !fit) return;
  const most = Math.max(...fit.worth.flat().map((points) => Math.abs(points || 0)), 1e-9);
  const signed = (points) => `${points > 0 ? "+" : ""}${points.toFixed(1)}`.replace(/^[+-]0\.0$/, "0.0");
  const cell = (points, sure) => {
    if (points === null) return element("td", { class: "unsure", title: "no design differs in it" }, "·");
    const share = sure ? Math.abs(points) / most : 0;
    const colour = points > 0 ? `rgba(0,114,178,${0.75 * share})` : `rgba(213,94,0,${0.75 * share})`;
    return element(
      "td",
      {
        class: sure ? null : "unsure",
        style: `background-image:linear-gradient(${colour},${colour});color:${share > 0.7 ? "#fff" : ""}`,
      },
      signed(points),
    );
  };
  const head = element(
    "tr",
    {},
    element("th", { scope: "col" }, "a step more, in layer"),
    ...fit.worth[0].map((_, layer) => element("th", { scope: "col" }, layer + 1)),
    element("th", { class: "whole", scope: "col" }, "in every layer"),
  );
  const rows = fit.genes.map((gene, place) => {
    const [whole, low, high] = fit.every_layer[place];
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, fit.doubled[place] ? `${gene}, doubled` : `${gene}, one more`),
      ...fit.worth[place].map((points, layer) => cell(points, fit.sure[place][layer])),
      element("td", { class: "whole" }, `${signed(whole)} (${signed(low)} to ${signed(high)})`),
    );
  });
  box.replaceChildren(element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows)));
}

function drawTau() {
  if (!content.rounds.length) return;
  const rounds = content.rounds;
  const up = rounds.map((round) => round.rank_correlation_high - round.rank_correlation);
  const down = rounds.map((round) => round.rank_correlation - round.rank_correlation_low);
  draw(
    "tau",
    [
      {
        type: "scatter",
        mode: "lines+markers",
        x: rounds.map((round) => round.trainings),
        y: rounds.map((round) => round.rank_correlation),
        line: { color: content.colours.front, width: 1.2 },
        marker: { size: 6 },
        error_y: { type: "data", symmetric: false, array: up, arrayminus: down, thickness: 1, width: 0 },
        text: rounds.map(
          (round) =>
            `generation ${round.generation}: τ ${round.rank_correlation.toFixed(2)} ` +
            `(${round.rank_correlation_low.toFixed(2)} to ${round.rank_correlation_high.toFixed(2)})` +
            `<br>on ${round.unseen_designs} designs it hadn't seen`,
        ),
        hovertemplate: "%{text}<extra></extra>",
      },
    ],
    {
      xaxis: { ...AXIS, title: { text: "distinct trainings", standoff: 6 } },
      yaxis: {
        ...AXIS,
        title: { text: "Kendall's τ, unseen designs", standoff: 6 },
        range: [Math.min(0, ...rounds.map((round) => round.rank_correlation_low)), 1.03],
      },
    },
  );
}

function drawFit() {
  const fit = content.predictions;
  if (!fit) return;
  const all = fit.designs.flatMap((design) => [design.predicted, design.measured]);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const marks = (rows, style) => ({
    type: "scatter",
    mode: "markers",
    x: rows.map((row) => row.predicted),
    y: rows.map((row) => row.measured),
    customdata: rows.map((row) => row.id),
    text: rows.map(
      (row) =>
        `<b>${plain(byId.has(row.id) ? byId.get(row.id).name : row.id)}</b>` +
        `<br>predicted ${row.predicted.toFixed(1)} %, measured ${row.measured.toFixed(1)} %`,
    ),
    hovertemplate: "%{text}<extra></extra>",
    cliponaxis: false,
    ...style,
  });
  const pinned = byId.get(chosen.pinned); // designs that share its training stand at its place
  const is = (test) => fit.designs.filter((row) => byId.has(row.id) && test(byId.get(row.id)));
  draw(
    "fit",
    [
      {
        type: "scatter",
        mode: "lines",
        x: [low, high],
        y: [low, high],
        line: { color: "#8b949e", dash: "dash", width: 1 },
        hoverinfo: "skip",
      },
      marks(fit.designs, { marker: { color: content.colours.front, size: 6, opacity: 0.7 } }),
      ...baselines.map(({ kind, design }) =>
        marks(
          is((other) => other.id === design.training),
          {
            marker: {
              symbol: STAR[kind],
              size: 14,
              color: content.colours[kind],
              line: { color: content.colours.text, width: 0.8 },
            },
          },
        ),
      ),
      marks(
        is((design) => pinned && design.id === pinned.training),
        {
          marker: { symbol: "circle-open", size: 18, color: "black", line: { width: 3 } },
          hoverinfo: "skip",
          hovertemplate: null,
        },
      ),
    ],
    {
      xaxis: { ...AXIS, title: { text: fit.before ? "predicted before training (%)" : "predicted from the others (%)", standoff: 6 } },
      yaxis: { ...AXIS, title: { text: "measured (%)", standoff: 6 } },
    },
  );
}

function drawHistory() {
  if (!document.getElementById("history")) return;
  const rows = content.history;
  draw(
    "history",
    [
      {
        type: "scatter",
        mode: "lines+markers",
        x: rows.map((row) => row.trainings),
        y: rows.map((row) => row.hypervolume),
        line: { color: content.colours.front, shape: "hv" },
        marker: { size: 6 },
        text: rows.map(
          (row) =>
            `${row.hypervolume.toFixed(4)} after ${row.trainings} trainings` +
            `<br>generation ${row.generation}, ${row.front_size} designs on the front`,
        ),
        hovertemplate: "%{text}<extra></extra>",
      },
    ],
    {
      xaxis: { ...AXIS, title: { text: "distinct trainings", standoff: 6 }, rangemode: "tozero" },
      yaxis: { ...AXIS, title: { text: "hypervolume", standoff: 6 }, rangemode: "tozero" },
    },
  );
}
