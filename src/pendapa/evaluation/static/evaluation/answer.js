// The draft of an explanation is sent while it is typed. What could not be sent is said, and stays in the form.
(function () {
  "use strict";
  var form = document.getElementById("answer");
  if (!form || !window.htmx) return;
  function say(text, kind) {
    var place = document.getElementById("answer-said");
    place.className = "said-inline small " + kind;
    place.textContent = text;
  }
  // The preview is not what is kept: its failing says nothing of the draft.
  function keeps(event) { return event.target === form; }
  form.addEventListener("input", function () { say("", ""); });
  document.addEventListener("htmx:error", function (event) {
    if (keeps(event)) say(form.getAttribute("data-lost"), "bad");
  });
  document.addEventListener("htmx:before:response", function (event) {
    // Only the sign-in page is ever reached by a detour; here the page stays, so that no word is lost.
    if (!event.detail.ctx.response.raw.headers.get("HX-Redirect")) return;
    event.preventDefault();
    say(form.getAttribute("data-out"), "bad");
  });
})();
