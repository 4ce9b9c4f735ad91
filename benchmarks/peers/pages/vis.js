// vis-timeline over the same visits: one group per node, one range per visit, no stacking.
const chart = document.getElementById("timeline-chart");
const visits = JSON.parse(document.getElementById("visits").textContent);
const groups = [...new Map(visits.map((visit) => [visit.node_id, { id: visit.node_id, content: visit.label }])).values()];
const items = visits.map((visit, id) => ({
  id,
  group: visit.node_id,
  content: visit.status,
  title: `${visit.label}: ${visit.status}`,
  start: visit.started_at,
  end: visit.ended_at,
}));
new vis.Timeline(chart, items, groups, {
  stack: false,
  onInitialDrawComplete: () => (chart.dataset.chart = "ready"),
});
