// Lists: while another page of one is on its way for longer than a moment, the rows say so.
const SOON = 300; // milliseconds

function wait() {
  setTimeout(() => {
    document.documentElement.classList.add("is-waiting");
    document.getElementById("main").setAttribute("aria-busy", "true");
  }, SOON);
}

document.addEventListener("submit", (event) => event.defaultPrevented || wait());
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const isElsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0 || event.defaultPrevented;
  if (link && !isElsewhere && link.origin === location.origin) wait();
});
// Back brings this page as it was left.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.documentElement.classList.remove("is-waiting");
  document.getElementById("main").removeAttribute("aria-busy");
});
