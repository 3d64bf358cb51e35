// A form with data-keep is kept in this browser while it is typed, until it has arrived: a broken line, a lost session or a
// closed lid loses nothing. Signing out forgets everything.
(function () {
  "use strict";
  var PREFIX = "pendapa:form:", SENT = "pendapa:sent", WEEK = 7 * 86400000;
  var local, session;
  try {
    local = window.localStorage;
    session = window.sessionStorage;
    local.getItem(SENT);
  } catch (denied) {
    return; // a browser that keeps nothing: the page works without
  }

  function values(form) {
    return Array.prototype.filter
      .call(form.elements, function (field) {
        return field.name && !/^(hidden|password|file|submit|button)$/.test(field.type) && field.name !== "csrfmiddlewaretoken";
      })
      .map(function (field) {
        if (field.type === "checkbox" || field.type === "radio") return [field.name, field.value, field.checked];
        if (field.type === "select-multiple") {
          return [field.name, "", Array.prototype.map.call(field.selectedOptions, function (one) { return one.value; })];
        }
        return [field.name, field.value];
      });
  }

  function put(form, kept) {
    kept.forEach(function (one) {
      Array.prototype.forEach.call(form.elements, function (field) {
        if (field.name !== one[0]) return;
        if (field.type === "checkbox" || field.type === "radio") {
          if (field.value === one[1]) field.checked = one[2];
        } else if (field.type === "select-multiple") {
          Array.prototype.forEach.call(field.options, function (option) { option.selected = one[2].indexOf(option.value) >= 0; });
        } else field.value = one[1];
      });
    });
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function forget() {
    Object.keys(local).forEach(function (key) {
      if (key.indexOf(PREFIX) === 0) local.removeItem(key);
    });
  }

  var form = document.querySelector("form[data-keep]");
  var key = form ? PREFIX + form.getAttribute("data-keep") + ":" + location.pathname : "";
  var sent = session.getItem(SENT);
  // It led to another page: it has arrived. The page that asks to sign in again is none.
  if (sent && sent !== key && !document.querySelector("input[type=password]")) {
    local.removeItem(sent);
    session.removeItem(SENT);
  }
  document.addEventListener("submit", function (event) {
    if (event.target.matches('form[action*="/keluar/"]')) forget();
  });
  if (!form) return;
  if (sent === key) session.removeItem(SENT);

  var first = JSON.stringify(values(form)), waiting;
  var kept = null;
  try {
    kept = JSON.parse(local.getItem(key));
  } catch (broken) {
    local.removeItem(key);
  }
  if (kept && Date.now() - kept.at > WEEK) {
    local.removeItem(key);
    kept = null;
  }
  var offer = document.querySelector("[data-kept]");
  if (kept && offer && JSON.stringify(kept.values) !== first) {
    offer.hidden = false;
    offer.querySelector("[data-kept-put]").addEventListener("click", function () {
      put(form, kept.values);
      offer.hidden = true;
    });
    offer.querySelector("[data-kept-drop]").addEventListener("click", function () {
      local.removeItem(key);
      offer.hidden = true;
    });
  }
  form.addEventListener("input", function () {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(keep, 300);
  });
  form.addEventListener("change", keep);
  form.addEventListener("submit", function () {
    keep();
    session.setItem(SENT, key);
  });
  function keep() {
    window.clearTimeout(waiting);
    var now = values(form);
    try {
      if (JSON.stringify(now) !== first) local.setItem(key, JSON.stringify({ at: Date.now(), values: now }));
    } catch (full) {
      // nothing is lost that was not typed
    }
  }
})();
