/* A file goes up in pieces and goes on where it stood: after a broken line, and after the page was loaded anew.
   Without this script the form sends the file in one go. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-upload]");
  if (!form || !window.fetch || !window.Blob) return;
  var input = form.querySelector("input[type=file]");
  var kept = form.querySelector("input[name=upload]");
  var panel = form.querySelector("[data-progress]");
  var bar = panel.querySelector("progress");
  var line = panel.querySelector("[data-line]");
  var stop = panel.querySelector("[data-stop]");
  var token = document.querySelector('meta[name="csrf-token"]').content;
  var stopped = false, running = false;

  function say(name, parts) {
    var text = panel.getAttribute("data-" + name) || "";
    Object.keys(parts || {}).forEach(function (key) { text = text.replace("{" + key + "}", parts[key]); });
    if (line.textContent !== text) line.textContent = text;
  }
  function send(url, options) {
    options.headers = Object.assign({ "X-CSRFToken": token, "X-Requested-With": "fetch" }, options.headers || {});
    options.credentials = "same-origin";
    options.redirect = "error";
    return fetch(url, options);
  }
  function pause(ms) { return new Promise(function (done) { window.setTimeout(done, ms); }); }
  function told(answer) {
    return answer.json().catch(function () { return {}; }).then(function (body) {
      return { status: answer.status, body: body };
    });
  }
  function wrong(text) {
    var fault = new Error(text || panel.getAttribute("data-failed"));
    fault.final = true;
    return fault;
  }
  function begin(file) {
    var body = new URLSearchParams();
    body.set("name", file.name);
    body.set("size", String(file.size));
    body.set("fingerprint", [file.size, file.lastModified, file.name].join(":").slice(0, 80));
    return send(form.getAttribute("data-upload"), { method: "POST", body: body }).then(told).then(function (answer) {
      if (answer.status !== 201) throw wrong(answer.body.detail);
      return answer.body;
    });
  }
  function step(file, state, tries) {
    if (stopped) throw wrong(panel.getAttribute("data-stopped"));
    bar.max = state.size; bar.value = state.received;
    say("going", { part: String(Math.floor(100 * state.received / state.size)) });
    if (state.received >= state.size) return state;
    var chunk = file.slice(state.received, state.received + state.chunk);
    return send(state.url + "?offset=" + state.received, {
      method: "POST", body: chunk, headers: { "Content-Type": "application/octet-stream" }
    }).then(told).then(function (answer) {
      if (answer.status === 200 || answer.status === 409) return step(file, answer.body, 0);
      if (answer.status >= 500 || answer.status === 429) throw new Error("again");
      throw wrong(answer.body.detail);
    }).catch(function (fault) {
      if (fault.final) throw fault;
      /* The line is broken: wait, ask how far it came, go on. */
      say("waiting");
      return pause(Math.min(30000, 1000 * Math.pow(2, tries))).then(function () {
        if (stopped) throw wrong(panel.getAttribute("data-stopped"));
        return send(state.url, { method: "GET" }).then(told);
      }).then(function (answer) {
        if (answer.status === 200) return step(file, answer.body, 0);
        if (answer.status === 404) throw wrong();
        return step(file, state, tries + 1);
      }, function (again) {
        if (again.final) throw again;
        return step(file, state, tries + 1);
      });
    });
  }
  form.addEventListener("submit", function (event) {
    var file = input.files && input.files[0];
    if (!file || kept.value) return;
    event.preventDefault();
    if (running) return;
    running = true; stopped = false;
    panel.hidden = false;
    say("going", { part: "0" });
    begin(file).then(function (state) { return step(file, state, 0); }).then(function (state) {
      kept.value = state.uid;
      input.disabled = true;
      say("done");
      form.submit();
    }).catch(function (fault) {
      running = false;
      line.textContent = fault.message;
    });
  });
  input.addEventListener("change", function () { kept.value = ""; });
  stop.addEventListener("click", function () { stopped = true; });
})();
