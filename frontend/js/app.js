// The little that pages cannot do without a script. Everything here has a plain HTML way too.
(function () {
  "use strict";
  var root = document.documentElement;

  function all(selector, each) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), each);
  }

  // Theme: same cookie as the form's POST, without the journey.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.hasAttribute("data-theme-form") || !event.submitter) return;
    event.preventDefault();
    var chosen = event.submitter.value;
    document.cookie = "pendapa_theme=" + chosen + "; path=/; max-age=31536000; samesite=lax" + (location.protocol === "https:" ? "; secure" : "");
    root.setAttribute("data-bs-theme", chosen);
    all("[data-theme-form] button", function (button) {
      button.setAttribute("aria-pressed", String(button.value === chosen));
    });
  });

  // Menus close with Escape (focus goes back) and with a press elsewhere.
  function close(menu, refocus) {
    menu.open = false;
    if (refocus) menu.querySelector("summary").focus();
  }
  document.addEventListener("click", function (event) {
    all("details[data-closes][open]", function (menu) {
      if (!menu.contains(event.target)) close(menu, false);
    });
    var eye = event.target.closest("[data-reveal]");
    if (eye) reveal(eye);
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      all("details[data-closes][open]", function (menu) {
        close(menu, menu.contains(document.activeElement));
      });
    }
    var search = document.querySelector("[data-search]");
    if (search && event.key === "k" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  });

  // Password: show and hide.
  function reveal(button) {
    var input = document.getElementById(button.getAttribute("data-reveal"));
    var words = button.querySelector("span");
    var shown = input.type === "password";
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
    var other = button.getAttribute("data-hide");
    button.setAttribute("data-hide", words.textContent);
    words.textContent = other;
  }
  all("[data-reveal]", function (button) {
    button.hidden = false;
  });

  // Tabs that do not fit a phone begin at the page that is open.
  all(".tabs [aria-current], .pnav [aria-current]", function (tab) {
    var row = tab.parentNode, at = tab.getBoundingClientRect();
    row.scrollLeft += at.left - row.getBoundingClientRect().left - (row.clientWidth - at.width) / 2;
  });

  // A select or checkbox with data-autosubmit sends its form; its submit button is for those without scripts.
  document.addEventListener("change", function (event) {
    if (event.target.hasAttribute("data-autosubmit") && event.target.form) {
      if (event.target.form.requestSubmit) event.target.form.requestSubmit();
      else event.target.form.submit();
    }
  });

  // A checkbox with data-tick ticks all of that name in its form, and shows whether some or all of them are.
  function ticks(box) {
    return Array.prototype.slice.call(box.form.querySelectorAll('input[type=checkbox][name="' + box.getAttribute("data-tick") + '"]'));
  }
  function sum(box) {
    var boxes = ticks(box);
    var on = boxes.filter(function (one) { return one.checked; }).length;
    box.checked = on > 0 && on === boxes.length;
    box.indeterminate = on > 0 && on < boxes.length;
  }
  all("[data-tick]", function (box) {
    box.parentNode.hidden = false;
    sum(box);
  });
  document.addEventListener("change", function (event) {
    var target = event.target;
    if (target.hasAttribute("data-tick")) {
      ticks(target).forEach(function (one) { one.checked = target.checked; });
    } else if (target.form) {
      Array.prototype.forEach.call(target.form.querySelectorAll("[data-tick]"), sum);
    }
  });

  // A box with data-drop takes a dropped file for the file field inside it.
  ["dragover", "dragleave", "drop"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      var box = event.target.closest && event.target.closest("[data-drop]");
      if (!box) return;
      event.preventDefault();
      box.classList.toggle("over", name === "dragover");
      if (name === "drop" && event.dataTransfer.files.length) {
        var input = box.querySelector("input[type=file]");
        input.files = event.dataTransfer.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
  });

  // htmx sends the token of the page with what changes something.
  document.addEventListener("htmx:config:request", function (event) {
    var token = document.querySelector('meta[name="csrf-token"]');
    if (token) event.detail.ctx.request.headers["X-CSRFToken"] = token.content;
  });
})();
