// Runs before any script of a page: when it first showed its picture, when that answers, what jumped and what dragged.
(() => {
  const wanted = {
    // The picture is whole when what follows it in the document is there.
    picture: "#timeline-picture + *",
    ready: '#timeline-chart[data-chart="ready"]',
  };
  const probe = (window.benchProbe = { at: {}, shift: 0, task: 0, event: 0, frame: 0 });

  function painted(name) {
    const { port1, port2 } = new MessageChannel();
    // Delivered after the frame that is being made now.
    port1.onmessage = () => (probe.at[name] = performance.now());
    port2.postMessage(null);
  }

  function look() {
    for (const [name, selector] of Object.entries(wanted)) {
      if (!document.querySelector(selector)) continue;
      delete wanted[name];
      painted(name);
    }
    if (Object.keys(wanted).length) requestAnimationFrame(look);
  }
  requestAnimationFrame(look);

  const watch = (type, take, options) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...options });
  watch("layout-shift", (entry) => entry.hadRecentInput || (probe.shift += entry.value));
  watch("longtask", (entry) => (probe.task = Math.max(probe.task, entry.duration)));
  watch("event", (entry) => (probe.event = Math.max(probe.event, entry.duration)), { durationThreshold: 16 });
  watch("long-animation-frame", (entry) => (probe.frame = Math.max(probe.frame, entry.duration)));
})();
