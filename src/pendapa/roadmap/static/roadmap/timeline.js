// The timeline draws only what is in view: its rows come once as data, and rows come and go while one scrolls.
(function () {
  "use strict";
  var box = document.querySelector("[data-timeline]");
  var table = document.querySelector("[data-timeline-table]");
  var wide = window.matchMedia("(min-width: 901px)");
  function fold() {
    if (table) table.open = !wide.matches; // where the drawing is hidden, the table stands for it
  }
  fold();
  wide.addEventListener("change", fold);
  if (!box || !window.fetch) return;

  var ROW = Number(box.dataset.row), HEAD = Number(box.dataset.head), SPARE = 8 * ROW, FAR = 2400;
  var BAR_TOP = 11, BAR = 17, BASE_TOP = 32;
  var names = box.querySelector("[data-names]"), drawing = box.querySelector("[data-drawing]");
  var headsAt = drawing.querySelector(".tl-heads"), linksAt = drawing.querySelector(".tl-links"), rowsAt = drawing.querySelector(".tl-rows");
  var top = box.querySelector(".tl-top"), form = document.querySelector("[data-timeline-signs]");
  var all, links, address, shown = [], tops = [0], placeOf = [], drawn = new Map(), joined = new Map(), asked = false;

  function text(value) {
    return String(value).replace(/[&<>"']/g, function (sign) {
      return "&#" + sign.charCodeAt(0) + ";";
    });
  }

  function url(row) {
    return address.replace("{}", row[0]);
  }

  // Rows as the server writes them (views/timeline_drawing.py); a heading has two values.
  function nameOf(row) {
    if (row.length === 2) return text(row[0]) + " <small>" + text(row[1]) + "</small>";
    var name = '<b title="' + text(row[1]) + '">' + text(row[1]) + "</b>";
    if (!row[5]) name = '<a href="' + text(url(row)) + '">' + name + "</a>";
    return name + "<small>" + text(row[2]) + "</small>";
  }

  function rect(css, left, width, y, height, round) {
    return '<rect class="' + css + '" x="' + left + '%" width="' + width + '%" y="' + y + '" height="' + height + '" rx="' + round + '"/>';
  }

  function barOf(row) {
    if (row.length === 2) return '<rect class="tl-hb" width="100%" height="' + HEAD + '"/>';
    var left = row[4], width = row[5], found = '<line class="tl-ru" x2="100%" y1="' + ROW + '" y2="' + ROW + '"/>';
    if (row[8]) found += rect("tl-b", row[7], row[8], BASE_TOP, 4, 2);
    if (!width) return found + '<text class="tl-u" x="' + left + '%" dx="6" y="25">' + text(box.dataset.unknown) + "</text>";
    var label = text(row[1] + ", " + row[2] + ": " + row[3]);
    found += '<a class="' + (row[11] ? "tl-k" : "") + '" href="' + text(url(row)) + '" aria-label="' + label + '"><title>' + label + "</title>";
    found += rect("tl-o", left, width, BAR_TOP, BAR, 3);
    if (row[6] > 0) found += rect("tl-d", left, (width * row[6]) / 100, BAR_TOP, BAR, 3);
    return found + "</a>" + planOf(row, left + width) + driftOf(row, left, Math.max(left + width, row[12]));
  }

  // Where it was to end, of what was done on another day.
  function planOf(row, right) {
    var plan = row[12], middle = BAR_TOP + BAR / 2, found = "";
    if (plan < 0) return "";
    if (plan > right) found = '<line class="tl-pr" x1="' + right + '%" x2="' + plan + '%" y1="' + middle + '" y2="' + middle + '"/>';
    return found + '<line class="tl-p" x1="' + plan + '%" x2="' + plan + '%" y1="' + (BAR_TOP - 4) + '" y2="' + (BAR_TOP + BAR + 3) + '"/>';
  }

  function driftOf(row, left, right) {
    if (!row[9]) return "";
    var place;
    if (right <= 84) place = 'x="' + right + '%" dx="10"';
    else if (left >= 16) place = 'x="' + left + '%" dx="-10" text-anchor="end"';
    else place = 'class="in" x="' + right + '%" dx="-8" text-anchor="end"';
    return "<text " + place + ' y="25"><tspan class="' + row[10] + '">' + text(row[9]) + "</tspan></text>";
  }

  // A line as tall as the whole drawing is slow to paint: far ends are drawn as far as one can see from the near one.
  function linkOf(link, ends) {
    var from = all[link[0]], to = all[link[1]], right = from[4] + from[5], left = to[4];
    var begin = tops[placeOf[link[0]]] + BAR_TOP + BAR / 2, end = tops[placeOf[link[1]]] + BAR_TOP + BAR / 2;
    var way = end > begin ? FAR : -FAR, long = Math.abs(end - begin) > FAR;
    var css = link[2] ? "tl-early" : from[11] && to[11] ? "tl-k" : "", made = '<g class="' + css + '">';
    if (ends !== "to")
      made += '<line x1="' + right + '%" x2="' + left + '%" y1="' + begin + '" y2="' + begin + '" transform="translate(-9 0)"/>';
    made += '<svg x="' + left + '%" overflow="visible">';
    if (!long || ends === "both") made += '<path d="M-9 ' + begin + "V" + end + 'H-5"/>';
    else if (ends === "from") made += '<path d="M-9 ' + begin + "v" + way + '"/>';
    else made += '<path d="M-9 ' + (end - way) + "V" + end + 'H-5"/>';
    if (ends !== "from") made += '<path class="tl-a" d="M-6 ' + (end - 4) + "L0 " + end + 'l-6 4z"/>';
    return made + "</svg></g>";
  }

  function part(markup) {
    var made = document.createElementNS("http://www.w3.org/2000/svg", "g");
    made.innerHTML = markup;
    return made;
  }

  // Which rows there are, and where: all, or those of the critical path with their headings.
  function lay() {
    var only = box.classList.contains("s-kritis");
    shown = [];
    all.forEach(function (row, number) {
      if (only && row.length > 2 && !row[11]) return;
      if (only && row.length === 2 && shown.length && all[shown[shown.length - 1]].length === 2) shown.pop();
      shown.push(number);
    });
    if (only && shown.length && all[shown[shown.length - 1]].length === 2) shown.pop();
    tops = [0];
    placeOf = [];
    shown.forEach(function (number, place) {
      placeOf[number] = place;
      tops.push(tops[place] + (all[number].length === 2 ? HEAD : ROW));
    });
    drawn.clear();
    joined.clear();
    names.textContent = headsAt.textContent = rowsAt.textContent = linksAt.textContent = "";
    drawing.setAttribute("height", tops[shown.length]);
    names.style.height = tops[shown.length] + "px";
    draw();
  }

  function placeAt(height) {
    var low = 0, high = shown.length;
    while (low < high) {
      var middle = (low + high) >> 1;
      if (tops[middle + 1] <= height) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function draw() {
    asked = false;
    var begin = box.scrollTop - SPARE, end = box.scrollTop + box.clientHeight + SPARE;
    var first = placeAt(begin), last = Math.min(placeAt(end) + 1, shown.length), near = new Map();
    drawn.forEach(function (row, place) {
      if (place >= first && place < last) return;
      if (row[1].contains(document.activeElement) || row[0].contains(document.activeElement)) return; // the keyboard is there
      row[0].remove();
      row[1].remove();
      drawn.delete(place);
    });
    for (var place = first; place < last; place++) {
      (links.get(shown[place]) || []).forEach(function (link) {
        if (placeOf[link[0]] === undefined || placeOf[link[1]] === undefined) return;
        near.set(link, near.has(link) ? "both" : shown[place] === link[0] ? "from" : "to");
      });
      if (drawn.has(place)) continue;
      var row = all[shown[place]], name = document.createElement("div"), bar = part(barOf(row));
      name.className = row.length === 2 ? "tl-h" : "tl-r";
      name.innerHTML = nameOf(row);
      name.style.position = "absolute";
      name.style.top = tops[place] + "px";
      bar.setAttribute("transform", "translate(0 " + tops[place] + ")");
      drawn.set(place, [name, bar]);
      names.appendChild(name);
      if (row.length === 2) headsAt.appendChild(bar); // below the lines, which pass over it
      else put(bar, place);
    }
    joined.forEach(function (made, link) {
      if (near.get(link) === made[0]) return;
      made[1].remove();
      joined.delete(link);
    });
    near.forEach(function (ends, link) {
      if (joined.has(link)) return;
      var made = part(linkOf(link, ends));
      joined.set(link, [ends, made]);
      linksAt.appendChild(made);
    });
  }

  // Bars stand in the order of the rows, so that Tab goes from one to the next.
  function put(bar, place) {
    var after = null;
    bar.dataset.place = place;
    if (rowsAt.lastChild && Number(rowsAt.lastChild.dataset.place) > place) {
      after = rowsAt.lastChild;
      while (after.previousSibling && Number(after.previousSibling.dataset.place) > place) after = after.previousSibling;
    }
    rowsAt.insertBefore(bar, after);
  }

  function ask() {
    if (asked) return;
    asked = true;
    window.requestAnimationFrame(draw);
  }

  function signs() {
    form.querySelectorAll("[data-sign]").forEach(function (sign) {
      box.classList.toggle("s-" + sign.dataset.sign, sign.checked);
    });
  }

  function zoom(link) {
    var middle = (box.scrollLeft + box.clientWidth / 2) / box.scrollWidth;
    form.querySelectorAll("[data-zoom]").forEach(function (one) {
      box.classList.toggle("z-" + one.dataset.zoom, one === link);
      if (one === link) one.setAttribute("aria-current", "true");
      else one.removeAttribute("aria-current");
    });
    form.elements.skala.value = link.dataset.zoom;
    var today = box.querySelector(".tl-today");
    if (today) middle = (top.firstElementChild.offsetWidth + (parseFloat(today.style.left) / 100) * drawing.clientWidth) / box.scrollWidth;
    box.scrollLeft = middle * box.scrollWidth - box.clientWidth / 2;
  }

  fetch(box.dataset.timeline, { credentials: "same-origin", headers: { Accept: "application/json" } })
    .then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    })
    .then(function (told) {
      all = told.rows;
      address = told.address;
      links = new Map();
      told.links.forEach(function (link) {
        [link[0], link[1]].forEach(function (end) {
          if (!links.has(end)) links.set(end, []);
          links.get(end).push(link);
        });
      });
      lay();
      box.setAttribute("data-drawn", "live");
      box.addEventListener("scroll", ask, { passive: true });
      window.addEventListener("resize", ask);
      form.addEventListener("change", function () {
        signs();
        lay();
      });
      form.addEventListener("click", function (event) {
        var link = event.target.closest("[data-zoom]");
        if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        zoom(link);
      });
    })
    .catch(function () {
      // The first rows stand there already, and the boxes send their form.
      if (form)
        form.addEventListener("change", function () {
          form.submit();
        });
    });
})();
