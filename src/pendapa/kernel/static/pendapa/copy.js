// A button with data-copy puts the text of the field with that id on the clipboard. Without a script it stays hidden.
(function () {
  "use strict";
  Array.prototype.forEach.call(document.querySelectorAll("[data-copy]"), function (button) {
    var field = document.getElementById(button.getAttribute("data-copy"));
    button.hidden = false;
    button.addEventListener("click", function () {
      function done() {
        button.querySelector("span").textContent = button.getAttribute("data-done");
      }
      field.select();
      if (navigator.clipboard) navigator.clipboard.writeText(field.value).then(done);
      else if (document.execCommand("copy")) done();
    });
  });
})();
