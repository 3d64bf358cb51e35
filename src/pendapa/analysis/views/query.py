"""One line that filters, follows relations and shows columns: the page, its suggestions, its files."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from pendapa.analysis.queries import query as queries
from pendapa.analysis.queries import query_cells as cells
from pendapa.analysis.queries.query_graph import NODES, Graph, graph
from pendapa.analysis.queries.query_saved import KEPT, PLACE
from pendapa.analysis.queries.query_sql import TooLong
from pendapa.analysis.rules import query as rules
from pendapa.analysis.rules.query_completion import complete
from pendapa.analysis.rules.query_grammar import LONGEST
from pendapa.analysis.rules.query_words import Vocabulary
from pendapa.analysis.views.common import address, language, room
from pendapa.analysis.views.tables import FORMATS, download
from pendapa.architecture import metamodel
from pendapa.architecture.permissions import VIEW
from pendapa.architecture.queries import offered_units
from pendapa.architecture.views.common import address as register
from pendapa.architecture.views.common import written
from pendapa.kernel.access.pages import PageRequest, page
from pendapa.kernel.numbers import whole
from pendapa.kernel.saved import queries as saved
from pendapa.kernel.ui import formats, graphs

GRAPH = "graf"
EXAMPLES: tuple[tuple[Any, str], ...] = (
    (gettext_lazy("Applications without security"), "aplikasi dengan tanpa keamanan"),
    (
        gettext_lazy("What the health office runs on"),
        'aplikasi dengan opd ~ "kesehatan" → infrastruktur',
    ),
    (
        gettext_lazy("Services that hang on one server"),
        "layanan → aplikasi → server tampilkan layanan.nama, server.nama urut server.nama",
    ),
    (
        gettext_lazy("Built before 2018, oldest first"),
        "aplikasi dengan tahun_pembuatan < 2018 tampilkan nama, opd, tahun_pembuatan urut tahun_pembuatan",
    ),
    (
        gettext_lazy("Less than half is known"),
        "aplikasi dengan kelengkapan < 50 urut kelengkapan",
    ),
    (
        gettext_lazy("Personal data and who handles it"),
        "data dengan data_pribadi dalam (umum, spesifik) → aplikasi",
    ),
)


@require_safe
@page(VIEW)
def query(request: PageRequest) -> HttpResponse:
    """The input, and under it the answer as a list or a graph; ``format`` gives the whole answer as a file."""
    line, view = _line(request), request.GET.get("tampilan", "")
    words = queries.words(request.actor, request.institution)
    context = room(request, "query") | _frame(request, line, view)
    if line.strip():
        try:
            form = request.GET.get("format", "")
            if form in FORMATS:
                made = cells.sheet(request.actor, request.institution, line, words, language())
                return download(request, [made], form, "tanya")
            context |= _answered(request, line, view, words)
        except rules.Fault as fault:
            context["fault"] = _marked(line, fault)
        except TooLong:
            context["stopped"] = cells.too_long()
        except cells.TooMany:
            context["stopped"] = cells.too_many()
    return render(request, "analysis/query.html", context)


@require_safe
@page(VIEW)
def query_complete(request: PageRequest) -> HttpResponse:
    """What may stand at the cursor, as a list to choose from."""
    line = _line(request)
    at = whole(request.GET.get("at", ""))
    words = queries.words(request.actor, request.institution)

    def units() -> list[str]:
        return list(offered_units(request.actor, request.institution).values_list("name", flat=True))

    found = complete(line, len(line) if at is None else at, words, units)
    english = 0 if language().startswith("id") else 1
    kinds = {
        "domain": _("domain"),
        "relation": _("relation"),
        "field": _("field"),
        "value": _("value"),
        "gap": _("gap"),
        "word": "",
    }
    options = [(one.text, one.label[english], kinds[one.kind]) for one in found.found]
    return render(request, "analysis/query_options.html", {"found": found, "options": options})


def _line(request: PageRequest) -> str:
    return request.GET.get("tanya", "")[: LONGEST + 1].replace("\x00", " ").replace("\r", "")


def _frame(request: PageRequest, line: str, view: str) -> dict[str, Any]:
    """Everything around the answer."""
    place = request.institution

    def url(**more: str) -> str:
        return address(place, "query", **{"tanya": line, "tampilan": view, **more})

    keepable = len(line) <= KEPT
    bar = saved.bar(request.actor, place, PLACE, {"tanya": line if keepable else "", "tampilan": view})
    return {
        "line": line,
        "view": view,
        "longest": LONGEST,
        "examples": [(label, text, address(place, "query", tanya=text)) for label, text in EXAMPLES],
        "complete_url": address(place, "query_complete"),
        "base": address(place, "query"),
        "list_url": url(tampilan=""),
        "graph_url": url(tampilan=GRAPH),
        "xlsx_url": url(format="xlsx"),
        "csv_url": url(format="csv"),
        "bar": bar,
        "kept_query": urlencode(bar.query),
        "keepable": keepable and bool(line.strip()),
        "most": KEPT,
    }


def _answered(request: PageRequest, line: str, view: str, words: Vocabulary) -> dict[str, Any]:
    if view == GRAPH:
        found = graph(request.actor, request.institution, line)
        return {"answered": True, **_drawn(request, found)}
    after = request.GET.get("after", "")[:4_000]
    try:
        page_ = queries.answer(request.actor, request.institution, line, after=after, counted=not after)
    except queries.BadMark:
        after = ""
        page_ = queries.answer(request.actor, request.institution, line, counted=True)
    plan, base = page_.plan, register(request.institution, "list")
    next_url = address(request.institution, "query", tanya=line, after=page_.next) if page_.next else ""
    return {
        "answered": True,
        "finding": _finding(plan, page_.counts, words, paged=bool(after), rows=len(page_.rows)),
        "columns": [cells.heading(plan, column, words, language()) for column in plan.columns],
        "rows": [
            [(_cell(row[column.step], column, base), label) for column, label in _labelled(plan, words)]
            for row in page_.rows
        ],
        "next_url": next_url,
        "first_url": address(request.institution, "query", tanya=line) if after else "",
        "single": not plan.paths,
    }


def _labelled(plan: rules.Plan, words: Vocabulary) -> list[tuple[rules.Column, str]]:
    """Columns with the word that stands before each value on a narrow screen."""
    heads = [cells.heading(plan, column, words, language()) for column in plan.columns]
    told = [f"{step} · {label}" if step else label for step, label in heads]
    return list(zip(plan.columns, told, strict=True))


def _finding(plan: rules.Plan, counts: list[int] | None, words: Vocabulary, *, paged: bool, rows: int) -> str:
    """What was found, in one sentence."""
    if counts is None:
        return "" if paged else _("There is an answer, but counting all of it takes too long.")
    if plan.paths:
        told = [f"{_number(n)} {_named(words, stop)}" for n, stop in zip(counts, plan.steps, strict=True)]
        return _("%(steps)s are linked along this path.") % {"steps": " → ".join(told)}
    what = _named(words, plan.steps[-1])
    return _("%(number)s %(what)s fit.") % {"number": _number(counts[-1]), "what": what}


def _named(words: Vocabulary, stop: rules.Stop) -> str:
    return words.label(stop.target).in_language(language()).lower()


def _number(count: int) -> str:
    if count > queries.COUNTED:
        return _("more than %(count)s") % {"count": formats.number(queries.COUNTED, language())}
    return formats.number(count, language())


def _cell(row: queries.Row | None, column: rules.Column, base: str) -> SafeString | str:
    """A value as people read it; the name leads to the element."""
    value = cells.value_of(row, column)
    if row is None or value is None:
        return format_html('<span class="muted">{}</span>', _("not known yet"))
    source = column.field.source
    if source == "name":
        return format_html('<a class="name" href="{}{}/">{}</a>', base, row["uid"], value)
    if source == "code":
        return format_html('<span class="mono">{}</span>', value)
    if source == "completeness":
        return formats.percent(value, language())
    if source == "attribute" and column.field.column:
        return written(column.field.column, value)
    text = cells.text_of(row, column, language())
    return formats.day(text, language()) if hasattr(text, "isoformat") else str(text)


def _marked(line: str, fault: rules.Fault) -> dict[str, Any]:
    """A fault with the line cut at its place; ``mended`` are lines in which a near word stands there instead."""
    told = cells.fault_words(fault)
    at, end = min(fault.at, len(line)), min(fault.at + max(fault.size, 1), len(line))
    mended = [(one, line[:at] + rules.quoted(one) + line[end:]) for one in fault.nearest if end > at]
    return told | {
        "before": line[:at],
        "bad": line[at:end],
        "after": line[end:],
        "place": at + 1,
        "mended": mended,
    }


def _drawn(request: PageRequest, found: Graph) -> dict[str, Any]:
    model, tongue = metamodel.of(request.institution), language()
    six = {domain.key: number for number, domain in enumerate(model.domains, 1)}
    kinds = {(d.key, k.key): k.label.in_language(tongue) for d in model.all_domains for k in d.kinds}
    base = register(request.institution, "list")
    nodes = [
        graphs.Node(
            str(row["uid"]),
            row["name"],
            kinds.get((row["domain"], row["kind"])) or model.domain(row["domain"]).label.in_language(tongue),
            six.get(row["domain"], 0),
            f"{base}{row['uid']}/",
            place,
            note=row["unit__name"],
        )
        for row, place in found.nodes.values()
    ]
    uids = {pk: (str(row["uid"]), place) for pk, (row, place) in found.nodes.items()}
    edges = [_edge(model, link, uids, tongue) for link in found.links]
    if nodes and not any(place for _uid, place in uids.values()):
        nodes = graphs.ranked(nodes, edges)
    label = _("%(nodes)s elements and %(links)s relations between them") % {
        "nodes": formats.number(len(nodes), tongue),
        "links": formats.number(len(edges), tongue),
    }
    shown = {row["domain"] for row, _place in found.nodes.values()}
    legend = [(six[d.key], d.plural.in_language(tongue)) for d in model.domains if d.key in shown]
    return {
        "finding": label + ".",
        "cut": found.cut,
        "most_nodes": NODES,
        "legend": legend,
        "graph": graphs.svg(graphs.layout(nodes, edges, direction="right"), label) if nodes else "",
    }


def _edge(model: Any, link: Any, uids: dict[int, tuple[str, int]], tongue: str) -> graphs.Edge:
    """An arrow along the path; its words read the way it goes."""
    (source, first), (target, second) = uids[link.source], uids[link.target]
    kinds = [model.relation(name) for name in link.types]
    if second < first:
        words = ", ".join(kind.backward.in_language(tongue) for kind in kinds)
        return graphs.Edge(target, source, words)
    return graphs.Edge(source, target, ", ".join(kind.forward.in_language(tongue) for kind in kinds))
