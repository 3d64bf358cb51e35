// Levels are sent one by one as they are chosen. Without this script (or without htmx) the button below sends them all.
(function () {
  "use strict";
  if (!window.htmx) return;
  var all = document.getElementById("save-all");
  if (all) all.remove();
  document.getElementById("saves").hidden = false;

  // When a level could not be sent, its line says so; the choice stays on the page.
  document.addEventListener("htmx:error", function (event) {
    var ladder = event.target.closest && event.target.closest(".rungs");
    if (!ladder) return;
    var place = document.querySelector(ladder.getAttribute("hx-target"));
    var words = document.createElement("span");
    words.className = "said bad";
    words.textContent = document.getElementById("levels").getAttribute("data-lost");
    place.replaceChildren(words);
  });
})();
