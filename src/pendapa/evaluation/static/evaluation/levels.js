// Levels are sent one by one as they are chosen. Without this script (or without htmx) the button below sends them all.
(function () {
  "use strict";
  if (!window.htmx) return;
  var form = document.getElementById("levels");
  var all = document.getElementById("save-all");
  if (all) all.remove();
  document.getElementById("saves").hidden = false;

  // When a level could not be saved, its line says so; the choice stays on the page.
  function say(ladder, what) {
    var place = ladder && document.querySelector(ladder.getAttribute("hx-target"));
    if (!place) return;
    var words = document.createElement("span");
    words.className = "said bad";
    words.textContent = form.getAttribute(what);
    place.replaceChildren(words);
  }
  document.addEventListener("htmx:error", function (event) {
    say(event.target.closest(".rungs"), "data-lost");
  });
  document.addEventListener("htmx:before:response", function (event) {
    // Only the sign-in page is ever reached by a detour; here the page stays, so that no choice is lost.
    if (!event.detail.ctx.response.raw.headers.get("HX-Redirect")) return;
    event.preventDefault();
    say(event.target.closest(".rungs"), "data-out");
  });
})();
