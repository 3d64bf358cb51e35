// Suggestions under the question: the server tells what may stand at the cursor, the keyboard or the pointer chooses.
(function () {
  "use strict";
  var box = document.getElementById("tanya");
  var at = document.getElementById("tanya-at");
  var place = document.getElementById("tanya-usulan");
  if (!box || !at || !place) return;
  var chosen = -1;

  at.disabled = false;
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", "tanya-usulan");
  box.setAttribute("aria-expanded", "false");

  function options() {
    return Array.prototype.slice.call(place.querySelectorAll("[role=option]"));
  }

  function close() {
    place.textContent = "";
    choose(-1);
  }

  function choose(number) {
    var found = options();
    chosen = found.length ? (number + found.length + 1) % (found.length + 1) : -1;
    if (chosen === found.length) chosen = -1;
    found.forEach(function (one, place) {
      one.setAttribute("aria-selected", String(place === chosen));
      if (place === chosen) one.scrollIntoView({ block: "nearest" });
    });
    if (chosen >= 0) box.setAttribute("aria-activedescendant", found[chosen].id);
    else box.removeAttribute("aria-activedescendant");
    box.setAttribute("aria-expanded", String(found.length > 0));
  }

  function ask() {
    note();
    if (window.htmx) window.htmx.trigger(box, "lengkapi");
  }

  function note() {
    // Positions are told in characters as the server counts them.
    at.value = Array.from(box.value.slice(0, box.selectionStart)).length;
  }

  function take(option) {
    var list = option.parentNode;
    var line = Array.from(box.value);
    var start = Number(list.dataset.start), end = Number(list.dataset.end);
    var before = line.slice(0, start).join(""), after = line.slice(end).join("");
    var text = option.dataset.text + (/^\s/.test(after) || option.dataset.text === "(" ? "" : " ");
    box.value = before + text + after;
    box.selectionStart = box.selectionEnd = before.length + text.length + (/^\s/.test(after) ? 1 : 0);
    close();
    box.focus();
    ask();
  }

  box.addEventListener("input", note, true);
  box.addEventListener("click", ask);
  box.addEventListener("keyup", function (event) {
    if (event.key === "ArrowLeft" || event.key === "ArrowRight" || event.key === "Home" || event.key === "End") ask();
  });
  box.addEventListener("keydown", function (event) {
    var found = options();
    if (event.key === "Escape" && found.length) {
      event.preventDefault();
      close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && found.length) {
      event.preventDefault();
      choose(event.key === "ArrowDown" ? chosen + 1 : chosen < 0 ? found.length - 1 : chosen - 1);
    } else if (event.key === "Tab" && found.length && chosen >= 0 && !event.shiftKey) {
      event.preventDefault();
      take(found[chosen]);
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (chosen >= 0) take(found[chosen]);
      else box.form.requestSubmit();
    }
  });
  place.addEventListener("mousedown", function (event) {
    var option = event.target.closest("[role=option]");
    if (!option) return;
    event.preventDefault();
    take(option);
  });
  box.addEventListener("blur", close);
  document.body.addEventListener("htmx:afterSwap", function (event) {
    if (event.target !== place) return;
    if (document.activeElement === box) choose(-1);
    else close();
  });
  document.querySelectorAll("[data-question]").forEach(function (chip) {
    chip.addEventListener("click", function (event) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      box.value = chip.dataset.question;
      box.focus();
      box.selectionStart = box.selectionEnd = box.value.length;
      note();
    });
  });
})();
