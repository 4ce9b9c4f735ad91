// Forms in a sheet over the page, how long a lead stays uncovered, and copying a link.
(() => {
  "use strict";
  const sheet = document.querySelector("dialog#sheet");

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== sheet) return;
    if (!sheet.open) sheet.showModal();
    sheet.querySelector("[data-share-address]")?.select();
  });
  // The sign-in page replaces the whole page, never the sheet's content.
  sheet?.addEventListener("close", () => sheet.replaceChildren());

  document.addEventListener("click", async (event) => {
    if (event.target.closest("[data-sheet-close]") && sheet?.open) {
      event.preventDefault();
      sheet.close();
    }
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      const field = document.getElementById(copy.dataset.copy);
      field.select();
      // Only where the page is secure is there a clipboard; the address stays selected for the keyboard.
      await navigator.clipboard?.writeText(field.value);
      copy.textContent = navigator.clipboard ? "Copied" : "Press Ctrl+C";
    }
  });

  // By what the server says is left: this machine's clock may be wrong.
  const seconds = Number(document.querySelector("[data-seconds-left]")?.dataset.secondsLeft);
  const began = performance.now();
  function tick() {
    const told = document.querySelector("[data-seconds-left]");
    if (!told) return;
    const left = Math.ceil(seconds - (performance.now() - began) / 1000);
    // What was uncovered leaves the screen too.
    if (left <= 0) return setTimeout(() => location.replace(location.href), 1000);
    told.textContent = left >= 60 ? `${Math.floor(left / 60)} min ${left % 60} s` : `${left} s`;
    setTimeout(tick, 1000);
  }
  tick();
})();
