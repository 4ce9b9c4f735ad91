// Every page: names the browser's zone to the server, and keeps "4 s ago" true.
document.documentElement.classList.add("has-script");

// Zone and cookie are asked for in other processes, and waited for: not before the page is drawn.
function nameZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const isNamed = () => document.cookie.split("; ").includes(`timezone=${zone}`);
  if (!zone || isNamed()) return;
  document.cookie = `timezone=${zone}; path=/; max-age=31536000; samesite=lax`;
  // The server did not know this clock yet: one page must not mix two.
  if (isNamed() && document.querySelector("[data-clock]")) location.reload();
}
(window.requestIdleCallback ?? setTimeout)(nameZone);

// htmx notes the page's address in the browser's storage. Addresses name leads, and those of share links are secrets.
const forget = () => sessionStorage.removeItem("htmx-current-path-for-history");
for (const event of ["load", "afterSettle", "pushedIntoHistory", "replacedInHistory", "historyRestore"]) {
  document.addEventListener(`htmx:${event}`, forget);
}

const UNITS = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];

function ago(since) {
  const seconds = Math.max(0, Math.round((Date.now() - since) / 1000));
  const [size, unit] = UNITS.find(([size]) => seconds >= size) ?? UNITS.at(-1);
  return seconds ? `${Math.floor(seconds / size)} ${unit} ago` : "just now";
}

setInterval(() => {
  if (document.hidden) return;
  for (const age of document.querySelectorAll("[data-age-of]")) age.textContent = ago(Date.parse(age.dataset.ageOf));
}, 1000);
