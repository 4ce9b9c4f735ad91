// plotly and nothing else: the dashboard's own figure, drawn as soon as the bundle is there.
const chart = document.getElementById("timeline-chart");
const styles = getComputedStyle(chart);
const figure = JSON.parse(document.getElementById("timeline-figure").textContent, (key, value) =>
  typeof value === "string" && value.startsWith("var(--") ? styles.getPropertyValue(value.slice(4, -1)).trim() : value,
);
Plotly.newPlot(chart, figure.data, figure.layout, figure.config).then(() => (chart.dataset.chart = "ready"));
