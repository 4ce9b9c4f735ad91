// The flow drawn by plotly, in the place of the server's picture. Without plotly that picture simply stays.
// Reads #flow-figure (JSON); draws into #flow-chart.
(() => {
  "use strict";

  const chart = document.getElementById("flow-chart");
  const source = document.getElementById("flow-figure");
  const bundle = document.currentScript.dataset.bundle;
  const figure = source && JSON.parse(source.textContent);
  if (!chart || !figure?.data.length) return;

  // "var(--ink)" in the figure becomes what the page says it is, now. Texts that people wrote are never looked at.
  const texts = new Set(["label", "customdata", "text", "hovertemplate"]);
  function coloured(value, styles) {
    if (value === "inherit") return styles.fontFamily;
    if (typeof value === "string" && value.startsWith("var(")) return styles.getPropertyValue(value.slice(4, -1)).trim();
    if (Array.isArray(value)) return value.map((one) => coloured(one, styles));
    if (value === null || typeof value !== "object") return value;
    const pairs = Object.entries(value);
    return Object.fromEntries(pairs.map(([key, one]) => [key, texts.has(key) ? one : coloured(one, styles)]));
  }

  async function draw() {
    if (!window.Plotly) return; // the server's picture stays
    const { data, layout, config } = figure;
    const styles = getComputedStyle(chart);
    await window.Plotly.react(chart, coloured(data, styles), coloured(layout, styles), config);
    chart.setAttribute("role", "img");
    chart.setAttribute("aria-label", document.querySelector("#flow-picture svg").getAttribute("aria-label"));
    chart.parentElement.classList.add("has-chart");
    chart.dataset.chart = "ready";
  }

  const script = document.createElement("script");
  script.src = bundle;
  script.addEventListener("load", () => {
    draw();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  });
  document.head.append(script);
})();
