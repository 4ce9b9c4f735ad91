// A page that refreshes itself. #live says where to ask (data-live), what is shown (data-tag), and how often (data-seconds);
// without a number of seconds it asks only when a call that was opened has told something new.
// The answer holds the same [data-part] elements as the page: those that differ take the place of the old ones.
// Nothing else moves: selection, scroll, focus, open details, the chart's zoom and the panel stay as they are.
(() => {
  "use strict";

  const LONGEST = 300; // seconds between two looks, when there is trouble
  const find = (id) => document.getElementById(id);
  const sources = new Map(); // what the server sent for each part, before scripts touched it
  let timer = 0;
  let isAsking = false;
  let trouble = 0;

  const parts = (root) => root.querySelectorAll("[data-part]");
  for (const part of parts(document)) sources.set(part.id, part.cloneNode(true));

  function wait() {
    clearTimeout(timer);
    const live = find("live");
    if (!live?.dataset.seconds || document.hidden) return;
    const seconds = Math.min(LONGEST, Number(live.dataset.seconds) * 2 ** trouble);
    timer = setTimeout(ask, seconds * 1000);
  }

  function say(text) {
    const told = document.querySelector("[data-live-text]");
    if (told) told.textContent = text;
  }

  // Nothing is new, but it was read anew.
  function readAt(headers) {
    const age = document.querySelector("#freshness [data-age-of]");
    if (!age || !headers.has("X-Read-At")) return;
    age.dataset.ageOf = headers.get("X-Read-At");
    document.querySelector("#freshness [data-read-at]").textContent = headers.get("X-Read-At-Clock");
  }

  function stop(text) {
    say(text);
    delete find("live").dataset.seconds;
  }

  function address(live) {
    const url = new URL(live.dataset.live, location.href);
    const chosen = document.querySelector("tr[data-visit][aria-current]")?.dataset.visit;
    if (chosen) url.searchParams.set("selected", chosen);
    return url;
  }

  async function ask() {
    const live = find("live");
    if (isAsking || !live?.dataset.live || document.hidden) return;
    isAsking = true;
    try {
      const headers = { "HX-Request": "true", "HX-Current-URL": location.href, "If-None-Match": `"${live.dataset.tag}"` };
      const answer = await fetch(address(live), { headers, cache: "no-store", credentials: "same-origin" });
      await take(answer);
    } catch {
      trouble = Math.min(trouble + 1, 6);
      say("Leadline’s server could not be reached; it is tried again");
    } finally {
      isAsking = false;
      wait();
    }
  }

  async function take(answer) {
    const elsewhere = answer.headers.get("HX-Redirect");
    if (elsewhere) return location.assign(elsewhere); // the session has ended
    if (answer.status === 304) {
      trouble = 0;
      readAt(answer.headers);
      return say("Refreshes by itself");
    }
    if (answer.status === 404 || answer.status === 403) return stop("This lead can’t be read any more, so the page stays as it was");
    if (!answer.ok) {
      trouble = Math.min(trouble + 1, 6);
      return say("It could not be refreshed just now; it is tried again");
    }
    trouble = 0;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const news = replace(fresh);
    const live = fresh.getElementById("live");
    if (live) find("live").replaceWith(live); // its tag is what the next question names
    if (document.querySelector("#freshness .banner-stale")) trouble = 1;
    const what = find("standing") ?? find("stuck-title");
    if (news) find("live-news").textContent = what.innerText.replace(/\s+/g, " ").trim();
  }

  // Puts what differs into the page. Whether anything but the time of reading did.
  function replace(fresh) {
    const held = focusOf(document.activeElement);
    const chosen = document.querySelector("tr[data-visit][aria-current]");
    let isNews = false;
    for (const part of parts(fresh)) {
      const old = find(part.id);
      if (!old || sources.get(part.id)?.isEqualNode(part)) continue;
      sources.set(part.id, part.cloneNode(true));
      isNews ||= part.id !== "freshness";
      noteChange(old, part);
      if (part.id === "chart") replaceChart(old, part);
      else swap(old, part);
    }
    if (chosen) document.getElementById(chosen.id)?.setAttribute("aria-current", "true");
    if (held) document.querySelector(held)?.focus({ preventScroll: true });
    return isNews;
  }

  function swap(old, part) {
    const open = [...old.querySelectorAll("details")].map((details) => details.open);
    const left = old.querySelector(".scroll")?.scrollLeft;
    old.replaceChildren(...part.childNodes);
    old.querySelectorAll("details").forEach((details, index) => index in open && (details.open = open[index]));
    if (left) old.querySelector(".scroll").scrollLeft = left;
    window.htmx?.process(old);
  }

  // plotly's own drawing stays, and is told of the new figure; the rest of the card is replaced around it.
  function replaceChart(old, part) {
    const chart = old.querySelector("#timeline-chart");
    const next = part.querySelector("#timeline-chart");
    if (!chart?.leadline || !next) {
      swap(old, part);
      return void window.drawTimeline?.();
    }
    const drawing = chart.closest(".drawing");
    part.querySelector(".drawing").replaceWith(drawing.cloneNode(false));
    const picture = next.closest(".drawing").querySelector("#timeline-picture") ?? part.querySelector("#timeline-picture");
    if (picture) drawing.querySelector("#timeline-picture").replaceChildren(...picture.childNodes);
    const open = [...old.querySelectorAll("details")].map((details) => details.open);
    const card = old.firstElementChild;
    const cardNext = part.firstElementChild;
    for (const child of [...card.children]) if (child !== drawing) child.remove();
    let isBefore = true;
    for (const child of [...cardNext.children]) {
      if (child.classList.contains("drawing")) isBefore = false;
      else if (isBefore) drawing.before(child);
      else card.append(child);
    }
    old.querySelectorAll("details").forEach((details, index) => index in open && (details.open = open[index]));
    window.updateTimeline?.();
  }

  // The step that the panel is about has changed: the reader decides when to load it again.
  function noteChange(old, part) {
    const open = document.querySelector("#call [data-panel-visit]");
    if (!open || old.id !== "steps" || open.querySelector("[data-changed]")) return;
    const row = (root) => root.querySelector(`#visit-${open.dataset.panelVisit}`);
    const cells = (tr) => [...(tr?.cells ?? [])].slice(1, 5).map((cell) => cell.textContent.trim().replace(/\d[\d a-z]* so far/, ""));
    if (cells(row(old)).join("|") === cells(row(part)).join("|")) return;
    const note = document.createElement("p");
    note.className = "banner banner-stale";
    note.dataset.changed = "";
    const link = document.createElement("a");
    link.href = location.href;
    link.textContent = "Load it again";
    note.append("This step has changed since it was opened. ", link);
    open.querySelector("header").after(note);
  }

  // A selector that finds the focused element again after its part was replaced.
  function focusOf(element) {
    const part = element?.closest?.("[data-part]");
    if (!part || element === part) return null;
    if (element.id) return `#${CSS.escape(element.id)}`;
    const href = element.getAttribute("href");
    const row = element.closest("tr[id]");
    if (row && href) return `#${CSS.escape(row.id)} a[href="${CSS.escape(href)}"]`;
    if (href) return `#${part.id} a[href="${CSS.escape(href)}"]`;
    if (element.tagName === "SUMMARY") return `#${part.id} summary`;
    return element.tagName === "BUTTON" ? `#${part.id} button` : null;
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) clearTimeout(timer);
    else if (find("live")?.dataset.seconds) ask();
  });
  // A call that was opened has told the rules something.
  const askAfterwards = () => (isAsking ? setTimeout(askAfterwards, 200) : ask());
  document.addEventListener("learnt", askAfterwards);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-live-switch]");
    if (!link || event.ctrlKey || event.metaKey) return;
    // The page as it is now, its panel included: only the switch changes.
    event.preventDefault();
    const url = new URL(location.href);
    if (new URL(link.href).searchParams.has("live")) url.searchParams.set("live", "off");
    else url.searchParams.delete("live");
    location.assign(url);
  });
  wait();
})();
