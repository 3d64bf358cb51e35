// When a level could not be sent, its line says so; the choice stays on the page.
(function () {
  "use strict";
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
