// The timeline page: keys, the panel beside it, and finding words in a transcript.
const panel = document.getElementById("call");
const toast = document.getElementById("toast");
const keys = document.getElementById("keys");
// Somebody went forward or back before htmx was there to hear of it, which it is from this event on. Once only: behind a
// proxy that rewrites paths the two never agree.
document.addEventListener("DOMContentLoaded", () => {
  const isElsewhere = panel.dataset.path !== location.pathname;
  const isAgain = history.state?.reloaded === true;
  if (isElsewhere !== isAgain) history.replaceState({ ...history.state, reloaded: isElsewhere }, "");
  if (isElsewhere && !isAgain) location.reload();
});

const rows = () => [...document.querySelectorAll("tr[data-visit]")];
const link = (row) => row?.querySelector("a[data-visit-link]");

function select(row) {
  for (const other of rows()) other.removeAttribute("aria-current");
  row?.setAttribute("aria-current", "true");
}

function step(by) {
  const all = rows();
  const at = all.indexOf(document.activeElement?.closest("tr[data-visit]") ?? document.querySelector("tr[aria-current]"));
  const row = all[Math.min(Math.max(at + by, 0), all.length - 1)];
  select(row);
  link(row)?.focus();
}

function close() {
  const open = panel.querySelector("[data-panel-visit]")?.dataset.panelVisit;
  const away = panel.querySelector("a[data-close]")?.href;
  panel.replaceChildren();
  // htmx's own mark: Back to or from this entry loads the page whole.
  if (away) history.pushState({ htmx: true }, "", away);
  link(document.getElementById(`visit-${open}`))?.focus();
}

function say(text) {
  toast.textContent = text;
  toast.hidden = false;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => (toast.hidden = true), 8000);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || keys.open) return;
  if (event.key === "Escape" && panel.firstElementChild) close();
  else if (event.target.closest("input, textarea, select")) return;
  else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "n") document.querySelector("[data-next-lead]")?.click();
  else if (event.key === "p") document.querySelector("[data-previous-lead]")?.click();
  else if (event.key === "?") keys.showModal();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys]")) keys.showModal();
  const closer = event.target.closest("[data-close]");
  if (closer && panel.contains(closer) && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    close();
  }
});

// --- The panel
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== panel) return;
  say.timer && (toast.hidden = true);
  const shown = panel.querySelector("[data-panel-visit]");
  if (shown) select(document.getElementById(`visit-${shown.dataset.panelVisit}`));
  panel.scrollTop = 0;
  panel.querySelector("h2")?.focus({ preventScroll: true });
});
for (const failure of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, () => say("Leadline’s server could not be reached. Check the connection and try again."));
}

// --- Finding words in a transcript
const find = { at: 0 };

function unmark() {
  for (const mark of panel.querySelectorAll("mark")) {
    const parent = mark.parentNode;
    mark.replaceWith(mark.textContent);
    parent.normalize();
  }
}

function markAll(wanted) {
  for (const text of panel.querySelectorAll("[data-text]")) {
    const node = text.firstChild;
    if (!node) continue;
    const low = node.data.toLowerCase();
    const pieces = [];
    let from = 0;
    for (let at = low.indexOf(wanted); at >= 0; at = low.indexOf(wanted, from)) {
      const mark = document.createElement("mark");
      mark.textContent = node.data.slice(at, at + wanted.length);
      pieces.push(node.data.slice(from, at), mark);
      from = at + wanted.length;
    }
    if (pieces.length) node.replaceWith(...pieces, node.data.slice(from));
  }
}

function show(by) {
  const marks = [...panel.querySelectorAll("mark")];
  const count = panel.querySelector("[data-find-count]");
  for (const mark of marks) mark.removeAttribute("aria-current");
  if (!marks.length) {
    count.textContent = panel.querySelector("[data-find]").value ? "no match" : "";
    return;
  }
  find.at = (find.at + by + marks.length) % marks.length;
  marks[find.at].setAttribute("aria-current", "true");
  marks[find.at].scrollIntoView({ block: "nearest" });
  count.textContent = `${find.at + 1} of ${marks.length}`;
}

panel.addEventListener("input", (event) => {
  if (!event.target.matches("[data-find]")) return;
  unmark();
  find.at = 0;
  const wanted = event.target.value.trim().toLowerCase();
  if (wanted) markAll(wanted);
  show(0);
});
panel.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("[data-find]")) return;
  event.preventDefault();
  show(event.shiftKey ? -1 : 1);
});
panel.addEventListener("click", (event) => {
  const by = event.target.closest("[data-find-step]")?.dataset.findStep;
  if (by) show(Number(by));
});
