// A card that is dragged to another column sends its own form; columns to which it may not go take no card.
(function () {
  "use strict";
  var board = document.querySelector("[data-board]"), card = null;
  if (!board) return;

  function way(column) {
    var select = card && card.querySelector("select[name=status]");
    return select && column ? select.querySelector('option[value="' + column.dataset.state + '"]') : null;
  }

  board.addEventListener("dragstart", function (event) {
    card = event.target.closest && event.target.closest("[draggable=true]");
    if (!card) return;
    card.classList.add("moving");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.id);
  });
  board.addEventListener("dragend", function () {
    if (card) card.classList.remove("moving");
    board.querySelectorAll(".over").forEach(function (column) {
      column.classList.remove("over");
    });
    card = null;
  });
  ["dragover", "dragleave", "drop"].forEach(function (name) {
    board.addEventListener(name, function (event) {
      var column = event.target.closest("[data-state]"), option = way(column);
      if (!option) return;
      event.preventDefault();
      column.classList.toggle("over", name === "dragover");
      if (name !== "drop") return;
      option.selected = true;
      card.querySelector("form").requestSubmit();
    });
  });
})();
