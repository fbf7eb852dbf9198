// Puts the page together.

function fillListed() {
  const box = document.getElementById("listed");
  for (const [key, { name, has }] of Object.entries(LISTED)) {
    const count =
      designs.filter(has).length +
      (key === "all" && content.left_out ? ` of ${designs.length + content.left_out}` : "");
    box.append(
      element(
        "label",
        {},
        element("input", {
          type: "radio",
          name: "listed",
          value: key,
          checked: key === chosen.listed,
          onchange: () => list(key),
        }),
        `${name} (${count})`,
      ),
    );
  }
}

if (!plane.length) chosen.listed = "all";
fillListed();
fillAxes();
fillLegend();
whenPinned.push(drawDesign, drawScatter, markRow, drawParallel, markColumns, drawFit);
whenListed.push(drawScatter, drawTable, drawParallel);
drawTable();
for (const part of [drawScatter, drawParallel, drawGeneMaps, drawWorth, drawTau, drawFit, drawHistory]) part();

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && chosen.pinned) pin(chosen.pinned);
});
document.getElementById("bar-close").addEventListener("click", () => pin(chosen.pinned));
for (const link of document.querySelectorAll("button.id")) link.addEventListener("click", () => pin(link.dataset.id));
let wasNarrow = narrow();
window.addEventListener("resize", () => {
  if (wasNarrow === narrow()) return;
  wasNarrow = narrow();
  for (const part of [drawScatter, drawParallel]) part();
});
