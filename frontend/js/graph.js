// Graphs: laid out anew by ELK in a worker, zoomed, walked with the arrow keys, a path marked. Without it they are whole too.
(function () {
  "use strict";
  var SVG_UNITS = "px";

  function list(nodes) {
    return Array.prototype.slice.call(nodes);
  }

  function start() {
    list(document.querySelectorAll("[data-graph]")).forEach(function (frame) {
      if (frame.started) return;
      var drawing = frame.querySelector("svg.gr");
      if (!drawing) return;
      frame.started = true;
      new Graph(frame, drawing).begin();
    });
  }

  function Graph(frame, drawing) {
    this.frame = frame;
    this.drawing = drawing;
    this.view = frame.querySelector(".graph-view");
    this.boxes = {};
    this.lines = list(drawing.querySelectorAll(".gr-e"));
    this.scale = 0;
    this.touched = false;
    list(drawing.querySelectorAll(".gr-n")).forEach(function (box) {
      this.boxes[box.getAttribute("data-key")] = box;
    }, this);
    this.own = list(drawing.querySelectorAll(".chosen,.strong"));
  }

  Graph.prototype.begin = function () {
    var self = this;
    var tools = this.frame.querySelector(".graph-tools");
    if (tools) {
      tools.hidden = false;
      tools.addEventListener("click", function (event) {
        var button = event.target.closest("[data-zoom]");
        if (!button) return;
        if (button.getAttribute("data-zoom") === "elk") self.layOut(true);
        else self.zoom(button.getAttribute("data-zoom"));
      });
    }
    this.view.addEventListener("keydown", function (event) { self.key(event); });
    this.view.addEventListener("wheel", function (event) {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      self.zoom(event.deltaY < 0 ? "in" : "out");
    }, { passive: false });
    this.drag();
    this.paths();
    this.centre();
    ["pointerdown", "focusin", "keydown"].forEach(function (name) {
      self.view.addEventListener(name, function () { self.touched = true; });
    });
    var line = navigator.connection;
    var saves = line && (line.saveData || /(^|-)[23]g$/.test(line.effectiveType || ""));
    if (saves || !window.Worker || !this.lines.length) return;
    (window.requestIdleCallback || function (later) { setTimeout(later, 300); })(function () { self.layOut(); });
  };

  // ---- zoom

  Graph.prototype.width = function () {
    return this.drawing.viewBox.baseVal.width;
  };

  Graph.prototype.zoom = function (how) {
    var shown = this.drawing.getBoundingClientRect().width / this.width();
    var padding = parseFloat(getComputedStyle(this.view).paddingLeft) * 2;
    var whole = Math.min((this.view.clientWidth - padding) / this.width(), 1.5);
    this.scale = how === "fit" ? whole : Math.max(0.2, Math.min(3, shown * (how === "in" ? 1.25 : 0.8)));
    this.drawing.style.maxWidth = "none";
    this.drawing.style.width = this.width() * this.scale + SVG_UNITS;
  };

  // What a graph is about stands in the middle of a narrow frame.
  Graph.prototype.centre = function () {
    var box = this.drawing.querySelector(".chosen");
    if (!box || this.view.scrollWidth <= this.view.clientWidth) return;
    var frame = this.view.getBoundingClientRect();
    this.view.scrollLeft += middle(box).x - frame.left - frame.width / 2;
  };

  Graph.prototype.drag = function () {
    var view = this.view;
    var from = null;
    view.addEventListener("pointerdown", function (event) {
      if (event.pointerType !== "mouse" || event.button || event.target.closest("a")) return;
      from = { x: event.clientX + view.scrollLeft, y: event.clientY + view.scrollTop };
      view.classList.add("grabbed");
    });
    window.addEventListener("pointermove", function (event) {
      if (!from) return;
      view.scrollLeft = from.x - event.clientX;
      view.scrollTop = from.y - event.clientY;
    });
    window.addEventListener("pointerup", function () {
      from = null;
      view.classList.remove("grabbed");
    });
  };

  // ---- keys: + and - zoom, 0 fits; on a box the arrows go to its neighbours

  Graph.prototype.key = function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    var zooms = { "+": "in", "=": "in", "-": "out", "0": "fit" }[event.key];
    if (zooms) {
      event.preventDefault();
      this.zoom(zooms);
      return;
    }
    var box = event.target.closest && event.target.closest(".gr-n");
    if (!box || event.key.indexOf("Arrow") !== 0) return;
    var next = this.neighbour(box, event.key);
    if (next) {
      event.preventDefault();
      next.focus();
    }
  };

  // The nearest box in that direction; one that is joined to this one is nearer.
  Graph.prototype.neighbour = function (box, key) {
    var across = key === "ArrowLeft" || key === "ArrowRight";
    var sign = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1;
    var at = middle(box);
    var joined = this.joined(box.getAttribute("data-key"));
    var best = null;
    var least = Infinity;
    Object.keys(this.boxes).forEach(function (other) {
      var one = this.boxes[other];
      var place = middle(one);
      var ahead = (across ? place.x - at.x : place.y - at.y) * sign;
      var aside = Math.abs(across ? place.y - at.y : place.x - at.x);
      if (one === box || ahead < 8 || !one.focus || !one.getAttribute("href")) return;
      var far = ahead + aside * 2 - (joined[other] ? 1000 : 0);
      if (far < least) {
        least = far;
        best = one;
      }
    }, this);
    return best;
  };

  Graph.prototype.joined = function (key) {
    var found = {};
    this.lines.forEach(function (line) {
      var from = line.getAttribute("data-from");
      var to = line.getAttribute("data-to");
      if (from === key) found[to] = true;
      if (to === key) found[from] = true;
    });
    return found;
  };

  function middle(box) {
    var place = box.getBoundingClientRect();
    return { x: place.left + place.width / 2, y: place.top + place.height / 2 };
  }

  // ---- the path of a row: data-path="key key key"

  Graph.prototype.paths = function () {
    var self = this;
    function rowOf(target) {
      var row = target.closest && target.closest("[data-path]");
      if (row) return row;
      var box = target.closest && target.closest(".gr-n");
      return box && document.querySelector('[data-path~="' + box.getAttribute("data-key") + '"][data-end="' + box.getAttribute("data-key") + '"]');
    }
    function enter(event) {
      var row = rowOf(event.target);
      if (row) self.mark(row.getAttribute("data-path").split(" "));
    }
    function leave(event) {
      if (rowOf(event.target) && !(event.relatedTarget && rowOf(event.relatedTarget))) self.mark(null);
    }
    document.addEventListener("focusin", enter);
    document.addEventListener("mouseover", enter);
    document.addEventListener("focusout", leave);
    document.addEventListener("mouseout", leave);
  };

  // Without keys the drawing is as it came.
  Graph.prototype.mark = function (keys) {
    var self = this;
    Object.keys(this.boxes).forEach(function (key) {
      var box = self.boxes[key];
      box.classList.toggle("chosen", keys ? keys.indexOf(key) >= 0 : self.own.indexOf(box) >= 0);
    });
    this.lines.forEach(function (line) {
      var at = keys ? keys.indexOf(line.getAttribute("data-from")) : -1;
      var to = keys ? keys.indexOf(line.getAttribute("data-to")) : -1;
      line.classList.toggle("strong", keys ? at >= 0 && to >= 0 && Math.abs(at - to) === 1 : self.own.indexOf(line) >= 0);
    });
  };

  // ---- ELK: same sizes, same rows, better places and lines that go round the boxes

  Graph.prototype.layOut = function (wanted) {
    var self = this;
    var worker;
    try {
      worker = new Worker(this.frame.getAttribute("data-graph"));
    } catch (error) {
      return;
    }
    worker.onerror = function () { worker.terminate(); };
    worker.onmessage = function (answer) {
      if (answer.data.id !== 1) return;
      worker.terminate();
      // Nothing moves under the finger of who has begun to look around.
      if (answer.data.data && (wanted || !self.touched)) self.place(answer.data.data, wanted);
    };
    worker.postMessage({ id: 0, cmd: "register", algorithms: ["layered"] });
    worker.postMessage({ id: 1, cmd: "layout", graph: this.asked(), layoutOptions: {}, options: {} });
  };

  Graph.prototype.asked = function () {
    var children = Object.keys(this.boxes).map(function (key) {
      var box = this.boxes[key].querySelector(".gr-b");
      var row = this.boxes[key].getAttribute("data-row");
      return {
        id: key, width: Number(box.getAttribute("width")), height: Number(box.getAttribute("height")),
        layoutOptions: { "elk.partitioning.partition": row }
      };
    }, this);
    return {
      id: "all",
      layoutOptions: {
        "elk.algorithm": "layered",
        "elk.direction": this.drawing.getAttribute("data-direction") === "right" ? "RIGHT" : "DOWN",
        "elk.edgeRouting": "SPLINES",
        "elk.partitioning.activate": "true",
        "elk.spacing.nodeNode": "18",
        "elk.spacing.edgeNode": "6",
        "elk.spacing.edgeEdge": "6",
        "elk.layered.spacing.nodeNodeBetweenLayers": "64",
        "elk.layered.spacing.edgeNodeBetweenLayers": "18",
        "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX"
      },
      children: children,
      edges: this.lines.map(function (line, n) {
        return { id: "e" + n, sources: [line.getAttribute("data-from")], targets: [line.getAttribute("data-to")] };
      })
    };
  };

  Graph.prototype.place = function (found, wanted) {
    // What became too wide to be read at once stays as it was drawn, unless it was asked for: then it scrolls.
    var wide = found.width > Math.max(this.view.clientWidth * 1.3, this.width() * 1.2);
    if (wide && !wanted) return;
    found.children.forEach(function (child) {
      this.boxes[child.id].setAttribute("transform", "translate(" + child.x + " " + child.y + ")");
    }, this);
    found.edges.forEach(function (edge, n) {
      if (edge.sections) this.draw(this.lines[n], edge.sections[0]);
    }, this);
    this.drawing.setAttribute("viewBox", "-6 -6 " + (found.width + 12) + " " + (found.height + 12));
    this.drawing.setAttribute("width", found.width + 12);
    this.drawing.setAttribute("height", found.height + 12);
    if (wide) {
      this.drawing.style.maxWidth = "none";
      this.drawing.style.width = found.width + 12 + SVG_UNITS;
    } else if (this.scale) this.zoom("fit");
    this.centre();
    this.frame.setAttribute("data-laid-out", "elk");
  };

  Graph.prototype.draw = function (line, section) {
    var bends = section.bendPoints || [];
    var end = section.endPoint;
    var before = bends.length ? bends[bends.length - 1] : section.startPoint;
    var x = end.x - before.x;
    var y = end.y - before.y;
    var upright = this.drawing.getAttribute("data-direction") !== "right";
    var sign = (upright ? y : x) < 0 ? -1 : 1;
    var tip = upright ? { x: end.x, y: end.y - 7 * sign } : { x: end.x - 7 * sign, y: end.y };
    var points = bends.concat([tip]);
    var path = "M" + at(section.startPoint);
    if (points.length % 3 === 0) {
      for (var n = 0; n < points.length; n += 3) path += "C" + at(points[n]) + " " + at(points[n + 1]) + " " + at(points[n + 2]);
    } else {
      path += points.map(function (point) { return "L" + at(point); }).join("");
    }
    var wing = upright ? { x: 4, y: 0 } : { x: 0, y: 4 };
    var parts = line.querySelectorAll("path");
    parts[0].setAttribute("d", path);
    parts[1].setAttribute("d", "M" + at({ x: tip.x - wing.x, y: tip.y - wing.y }) + "L" + at(end) + "L" + at({ x: tip.x + wing.x, y: tip.y + wing.y }) + "z");
    var words = line.querySelector(".gr-l");
    if (words) {
      var place = bends.length ? bends[Math.floor(bends.length / 2)] : { x: (section.startPoint.x + end.x) / 2, y: (section.startPoint.y + end.y) / 2 };
      words.setAttribute("x", place.x);
      words.setAttribute("y", place.y);
    }
  };

  function at(point) {
    return Math.round(point.x * 10) / 10 + " " + Math.round(point.y * 10) / 10;
  }

  if (window.pendapaGraphs) {
    window.pendapaGraphs();
    return;
  }
  window.pendapaGraphs = start;
  document.addEventListener("htmx:after:swap", start);
  start();
})();
