// A lead's page in the review queue: next and previous by key, and calls that open beside the form and stay there.
(() => {
  "use strict";
  const panel = document.getElementById("call");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && panel.firstElementChild) panel.replaceChildren();
    else if (event.target.closest("input, textarea, select")) return;
    else if (event.key === "n") document.querySelector("[data-next]")?.click();
    else if (event.key === "p") document.querySelector("[data-previous]")?.click();
  });

  document.addEventListener("click", (event) => {
    if (!event.target.closest("#call [data-close]") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    panel.replaceChildren();
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === panel) panel.querySelector("h2")?.focus();
  });
  // A call that was read may have told the rules something: here only the word that there is news.
  document.addEventListener("learnt", () => (document.getElementById("learnt").hidden = false));
  for (const failure of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(failure, () => {
      panel.textContent = "Leadline’s server could not be reached. Check the connection and try again.";
    });
  }

  // htmx notes the page's address in the browser's storage.
  const forget = () => sessionStorage.removeItem("htmx-current-path-for-history");
  forget();
  for (const event of ["load", "afterSettle", "pushedIntoHistory"]) document.addEventListener(`htmx:${event}`, forget);
})();
