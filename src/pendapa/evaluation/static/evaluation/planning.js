// Beside a slider stands where it began and where it is; the page itself is computed by the server.
(function () {
  "use strict";
  document.addEventListener("input", function (event) {
    var field = event.target;
    var place = field.id && document.querySelector('output[for="' + field.id + '"]');
    if (!place || !place.hasAttribute("data-before")) return;
    var before = place.getAttribute("data-before");
    var now = field.value.trim();
    place.textContent = before === now ? now || "–" : (before || "–") + " → " + (now || "–");
    field.closest(".slide").classList.toggle("is-moved", before !== now);
  });
})();
