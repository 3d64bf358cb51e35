// Live signs: one stream for the page that is looked at. It says only that something changed; the parts of the page
// that care (hx-trigger="live:job from:body") ask for their news themselves, and poll where there is no stream.
(function () {
  "use strict";
  var address = document.body.getAttribute("data-stream");
  var topics = ["job", "changed"];
  var stream = null;
  if (!address || !window.EventSource) return;

  function tell(topic, facts) {
    document.body.dispatchEvent(new CustomEvent("live:" + topic, { bubbles: true, detail: facts }));
  }
  function tellAll() {
    topics.forEach(function (topic) {
      tell(topic, {});
    });
  }
  function close() {
    if (stream) stream.close();
    stream = null;
  }
  function open() {
    if (stream || document.hidden) return;
    stream = new EventSource(address);
    // Whatever happened while nobody listened is asked for once.
    stream.onopen = tellAll;
    topics.forEach(function (topic) {
      stream.addEventListener(topic, function (event) {
        tell(topic, JSON.parse(event.data));
      });
    });
  }
  // Tabs in the background hold no connection.
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) close();
    else open();
  });
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", open);
  // The parts listen from then on: a stream that opens before, over a slow line, would tell nobody what was missed.
  document.addEventListener("DOMContentLoaded", open);
})();
