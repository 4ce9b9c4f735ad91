// The timeline drawn by plotly, in the place of the server's picture. Without plotly that picture simply stays.
// Reads #timeline-figure (JSON), and from the server's picture where each mark leads and what it says; draws into
// #timeline-chart; what is selected follows the page's own links.
(() => {
  "use strict";

  const whole = [0, 1000]; // WIDTH in dashboard/timeline/timemap.py
  const textWidth = 6.3; // px per character at the 11px of the axis
  const apart = 14; // px between two labels of the axis

  const find = (id) => document.getElementById(id);

  // --- Colours: "var(--ink)" in the figure becomes what the page says it is, now
  function resolve(value, styles) {
    if (typeof value === "string") {
      if (value === "inherit") return styles.fontFamily;
      return value.startsWith("var(--") ? styles.getPropertyValue(value.slice(4, -1)).trim() || "#777" : value;
    }
    if (Array.isArray(value)) return value.map((one) => resolve(one, styles));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolve(one, styles)]));
  }

  // Only these parts of a trace hold colours; texts and addresses are never touched.
  function coloured(trace, styles) {
    const found = { ...trace };
    for (const key of ["marker", "line", "fillcolor", "fillpattern", "textfont", "insidetextfont"]) {
      if (trace[key]) found[key] = resolve(trace[key], styles);
    }
    return found;
  }

  // --- The marks of the server's picture, by the keys that the figure names them by
  const escaped = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\n": "<br>" };

  function marks() {
    const found = new Map();
    for (const link of document.querySelectorAll("#timeline-picture a")) {
      const { visitBar, group, fold } = link.dataset;
      // plotly reads a little HTML in every text.
      const said = link.querySelector("title").textContent.replace(/[&<>\n]/g, (char) => escaped[char]);
      found.set(visitBar ?? group ?? fold, { href: link.getAttribute("href"), said });
    }
    return found;
  }

  const saidBy = (chart, key) => chart.leadline.marks.get(String(key))?.said ?? "";

  // --- What depends on the width of the page and on the zoom
  const plain = (text) => text.replace(/&(?:amp|lt|gt);/g, "x");

  // Unzoomed, the labels the server chose for such a page; zoomed, as many of all as fit, best first.
  function fittingTicks(meta, view) {
    const taken = [];
    for (const [at, clock, day, level] of meta.ticks) {
      if (at < view.from || at > view.to || (!view.isZoomed && level > (view.isWide ? 1 : 0))) continue;
      const x = (at - view.from) * view.scale;
      const half = (Math.max(plain(clock).length, plain(day).length) * textWidth) / 2;
      const turn = x < half ? "right" : x > view.width - half ? "left" : "center";
      const left = turn === "right" ? x : turn === "left" ? x - 2 * half : x - half;
      const isFree = (other) => left + 2 * half + apart <= other.left || left >= other.left + 2 * other.half + apart;
      if (!view.isZoomed || taken.every(isFree)) taken.push({ at, clock, day, left, half, turn });
    }
    return taken.sort((a, b) => a.at - b.at);
  }

  function axisTexts(ticks) {
    const days = ticks.filter((tick, index) => index === 0 || ticks[index - 1].day !== tick.day);
    const texts = (shown, key, y) => ({
      x: shown.map((tick) => tick.at),
      y: shown.map(() => y),
      text: shown.map((tick) => tick[key]),
      textposition: shown.map((tick) => `middle ${tick.turn}`),
    });
    return { clocks: texts(ticks, "clock", 9), days: texts(days, "day", 23) };
  }

  const gridLine = (meta, at) => ({
    type: "line", layer: "below", x0: at, x1: at, y0: meta.top, y1: meta.floor, line: { color: "var(--line)", width: 1 },
  });

  function fitted(trace, texts, isWide) {
    if (texts[trace.name]) return { ...trace, ...texts[trace.name] };
    if (trace.name === "notes-wide") return { ...trace, visible: isWide };
    if (trace.name === "notes-narrow") return { ...trace, visible: !isWide };
    if (trace.name === "lane-labels") return { ...trace, text: isWide ? trace.text : trace.customdata };
    if (trace.text && trace.customdata && !isWide) return { ...trace, text: trace.customdata.map((data) => data[1]) };
    return trace;
  }

  // Bars and markers say what the server's picture says.
  function speaking(chart, trace) {
    if (!trace.hovertemplate) return trace;
    return { ...trace, hovertext: trace.customdata.map(([key]) => saidBy(chart, key)) };
  }

  // What part of the axis is shown, and how large.
  function viewOf(chart, { margin, meta }) {
    const width = chart.clientWidth - margin.l - margin.r - 2 * meta.bleed;
    const [from, to] = chart.leadline.range ?? whole;
    return { from, to, width, scale: width / (to - from), isZoomed: Boolean(chart.leadline.range), isWide: width >= meta.wide };
  }

  // The whole figure for the chart's present width, colours and zoom.
  function compose(chart, figure) {
    const styles = getComputedStyle(chart);
    const { meta, annotations, ...rest } = figure.layout;
    const view = viewOf(chart, figure.layout);
    const ticks = fittingTicks(meta, view);
    const texts = axisTexts(ticks);
    const isTouch = matchMedia("(pointer: coarse)").matches;
    const shapes = rest.shapes.filter((shape) => view.isWide || shape.name !== "wide");
    const layout = resolve({ ...rest, shapes: [...ticks.map((tick) => gridLine(meta, tick.at)), ...shapes] }, styles);
    layout.annotations = annotations.map((handle, index) => {
      const [key, room] = meta.folds[index];
      const visible = room === "both" || room === (view.isWide ? "wide" : "narrow");
      return { ...handle, hovertext: saidBy(chart, key), visible };
    });
    layout.width = chart.clientWidth;
    // A finger that scrolls the page must not zoom the axis.
    layout.dragmode = isTouch ? false : rest.dragmode;
    const bleed = meta.bleed / view.scale;
    layout.xaxis = { ...layout.xaxis, range: [view.from - bleed, view.to + bleed], fixedrange: isTouch };
    layout.xaxis2 = { ...layout.xaxis2, range: [-meta.bleed, view.width + meta.bleed] };
    const drawn = (trace) => coloured(speaking(chart, fitted(trace, texts, view.isWide)), styles);
    return { data: figure.data.map(drawn), layout };
  }

  // --- Selecting: the table row's own link where the row is on the page, else the address
  function follow(position, href, event) {
    const isNew = event && (event.ctrlKey || event.metaKey || event.shiftKey);
    const row = document.querySelector(`tr[data-visit="${Number(position)}"] a[data-visit-link]`);
    if (isNew) window.open(href, "_blank", "noopener");
    else if (row) row.click();
    else window.location.assign(href);
  }

  function listen(chart) {
    chart.on("plotly_click", ({ points, event }) => {
      const point = points.find((one) => one.customdata);
      if (!point) return;
      const [key] = point.customdata;
      const href = chart.leadline.marks.get(String(key))?.href;
      if (point.data.name.startsWith("groups-")) window.location.assign(href);
      else follow(key, href, event);
    });
    chart.on("plotly_clickannotation", ({ index }) => {
      const [key] = chart.leadline.figure.layout.meta.folds[index];
      window.location.assign(chart.leadline.marks.get(key).href);
    });
    chart.on("plotly_hover", () => chart.classList.add("is-over-bar"));
    chart.on("plotly_unhover", () => chart.classList.remove("is-over-bar"));
    chart.on("plotly_relayout", (change) => {
      if (!Object.keys(change).some((key) => key.startsWith("xaxis."))) return;
      const [from, to] = chart.layout.xaxis.range;
      const isWhole = change["xaxis.autorange"] || (from <= whole[0] && to >= whole[1]);
      zoom(chart, isWhole ? null : [Math.max(from, whole[0]), Math.min(to, whole[1])]);
    });
  }

  // The strip of dials below lies in the units of the axis.
  function followRange([from, to]) {
    for (const track of document.querySelectorAll(".dialtrack")) {
      const { height } = track.viewBox.baseVal;
      track.setAttribute("viewBox", `${from} 0 ${to - from} ${height}`);
    }
  }

  function zoom(chart, range) {
    chart.leadline.range = range;
    chart.leadline.reset.hidden = !range;
    followRange(range ?? whole);
    redraw(chart);
  }

  function resetButton(chart) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "zoom-reset", textContent: "Show the whole axis", hidden: true });
    button.addEventListener("click", () => zoom(chart, null));
    chart.after(button);
    return button;
  }

  function redraw(chart) {
    const { figure } = chart.leadline;
    const { data, layout } = compose(chart, figure);
    chart.leadline.width = chart.clientWidth;
    return window.Plotly.react(chart, data, layout, figure.config);
  }

  // --- plotly itself: fetched once the page's own styles are under way, run when the server's picture is on the screen
  const bundle = document.currentScript.dataset.bundle;
  let plotly;

  function painted() {
    return new Promise((resolve) => {
      requestAnimationFrame(() => setTimeout(resolve));
      setTimeout(resolve, 300); // a hidden tab has no frames
    });
  }

  async function load() {
    // Not a link in the page: there it would share the line with what the first picture needs.
    document.head.append(Object.assign(document.createElement("link"), { rel: "preload", as: "script", href: bundle }));
    await painted();
    const script = document.createElement("script");
    script.src = bundle;
    await new Promise((resolve) => {
      script.addEventListener("load", resolve);
      script.addEventListener("error", resolve); // the server's picture stays
      document.head.append(script);
    });
  }

  // Draws, or draws anew after the page's pieces were replaced; calling it again changes nothing.
  async function draw() {
    const chart = find("timeline-chart");
    const source = find("timeline-figure");
    if (!chart || !source || chart.leadline) return;
    await (plotly ??= load());
    if (!window.Plotly || chart.leadline || !chart.isConnected) return;
    const figure = JSON.parse(source.textContent);
    if (!figure.data.length) return;
    chart.leadline = { figure, marks: marks(), range: null, reset: resetButton(chart), width: chart.clientWidth };
    const { data, layout } = compose(chart, figure);
    await window.Plotly.newPlot(chart, data, layout, figure.config);
    listen(chart);
    observe(chart);
    chart.setAttribute("role", "img");
    chart.setAttribute("aria-label", document.querySelector("#timeline-picture svg")?.getAttribute("aria-label") ?? "Timeline");
    chart.parentElement.classList.add("has-chart");
    chart.dataset.chart = "ready";
  }

  // A new width or other colours: the same figure, composed anew. Ends when the page no longer holds the chart.
  function observe(chart) {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const recolour = () => (chart.isConnected ? redraw(chart) : dark.removeEventListener("change", recolour));
    dark.addEventListener("change", recolour);
    const sizes = new ResizeObserver(() => {
      if (!chart.isConnected) sizes.disconnect();
      else if (chart.clientWidth && chart.clientWidth !== chart.leadline.width) redraw(chart);
    });
    sizes.observe(chart);
  }

  // The page's figure has changed: the same drawing, zoomed as it is, with what is new.
  function update() {
    const chart = find("timeline-chart");
    const source = find("timeline-figure");
    if (!chart?.leadline || !source) return;
    chart.leadline.figure = JSON.parse(source.textContent);
    chart.leadline.marks = marks();
    followRange(chart.leadline.range ?? whole);
    redraw(chart);
  }

  window.drawTimeline = draw;
  window.updateTimeline = update;
  document.addEventListener("htmx:afterSwap", draw);
  draw();
})();
