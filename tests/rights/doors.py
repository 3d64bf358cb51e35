"""Every door at which somebody may ask for what another OPD keeps to itself: requests, and answers to be compared."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from pypdf import PdfReader

from tests.rights.addresses import ASSESSED, of_api, planned
from tests.rights.kitchen import RARE, WORD, House, Kitchen
from tests.rights.routes import Route, all_routes

NOBODY = "00000000-0000-4000-8000-000000000000"
API = "/api/v1/institutions/uji"
ANY = "api /api/v1/institutions/{code}"


class Knock(NamedTuple):
    """One request. ``tells`` says that it holds words of the secrets itself, so that an answer may repeat them."""

    name: str
    method: str
    path: str
    data: Any = None
    headers: tuple[tuple[str, str], ...] = ()
    tells: bool = False

    def __hash__(self) -> int:
        return hash((self.name, self.method, self.path))

    def __str__(self) -> str:
        return f"{self.name} {self.method} {self.path} {str(self.data or '')[:120]}"


class Answer(NamedTuple):
    """Status, headers and body of an answer, without what differs each time."""

    status: int
    headers: str
    body: str


# ---- answers

UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
VARIES = (
    (
        re.compile(
            r'name="csrfmiddlewaretoken" value="[^"]*"|name="csrf-token" content="[^"]*"|"X-CSRFToken": ?"[^"]*"|nonce="[^"]*"|nonce-[^\'"]*'
        ),
        "@",
    ),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?"), "<moment>"),
    (re.compile(r"\b\d{1,2}[.:]\d\d(?:[.:]\d\d)?(?= ?(?:WI[TB]A?|WITA|</|\"))"), "<hour>"),
    (re.compile(r"[0-9a-f]{64}"), "<digest>"),
    (re.compile(r"/kalender/[\w-]{43}\.ics"), "/kalender/<secret>.ics"),
    # Where a list goes on: its last row by name and number; numbers run on through all rows.
    (re.compile(r'%7C\d+(?=")'), "%7C<number>"),
    (re.compile(r'(ETag: "\d+)-[0-9a-f]{12}"'), r"\1"),
)


class Listener:
    """Asks as one person, in a world, and forgets what asking wrote. ``known`` are uids that both worlds have."""

    def __init__(self, house: House, who: str, known: frozenset[str]) -> None:

        self._client, self._known = house.cast.client(who), known
        self._client.raise_request_exception = False

    def ask(self, knock: Knock) -> Answer:
        with transaction.atomic():
            told = self._client.generic(knock.method, knock.path, *_body(knock), headers=dict(knock.headers))
            content = b"".join(told.streaming_content) if told.streaming else told.content
            transaction.set_rollback(True)
        headers = "\n".join(f"{name}: {value}" for name, value in sorted(told.items()) if name not in SKIPPED)
        cookies = "\n".join(
            f"{name}={morsel.value}" for name, morsel in told.cookies.items() if name == "messages"
        )
        self._client.cookies.pop("messages", None)
        return Answer(told.status_code, self._plain(headers + cookies), self._plain(readable(content)))

    def _plain(self, text: str) -> str:
        for pattern, instead in VARIES:
            text = pattern.sub(instead, text)
        return UID.sub(lambda found: found[0] if found[0] in self._known else "<uid>", text)


SKIPPED = {"Content-Length", "Content-Security-Policy", "Server-Timing", "Expires", "X-Request-Id", "Date"}


def _body(knock: Knock) -> tuple[bytes, str]:
    if isinstance(knock.data, bytes):
        return knock.data, "application/json"
    if any(hasattr(value, "read") for value in (knock.data or {}).values()):
        from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

        files = {k: (v.seek(0), v)[1] if hasattr(v, "read") else v for k, v in knock.data.items()}
        return encode_multipart(BOUNDARY, files), MULTIPART_CONTENT
    return urlencode(knock.data or {}, doseq=True).encode(), "application/x-www-form-urlencoded"


def readable(content: bytes) -> str:
    """A body as text; of a workbook the parts that hold what it tells, of a PDF its words."""
    if content[:5] == b"%PDF-" and b"startxref" in content:  # what the doors hand in is no whole PDF
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    if content[:2] != b"PK":
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        parts = sorted(name for name in book.namelist() if name.endswith(".xml"))
        return "\n".join(f"{name}\n{book.read(name).decode('utf-8', 'replace')}" for name in parts)


# ---- which things stand in an address

Pools = dict[tuple[str, str], list[str]]


def pools(house: House, kitchen: Kitchen) -> Pools:
    """What stands for a parameter of a room: secrets first, then open things whose pages must not tell of them."""
    mine, theirs = house.mine, house.theirs
    secrets = [str(e.uid) for e in kitchen.elements.values()]
    coming = [str(i.target_uid) for d in kitchen.drafts for i in d.items.all()]
    shown = [str(e.uid) for e in (mine["applications"], mine["strategy"], theirs["data"])]
    few = [
        secrets[list(kitchen.elements).index("applications")],
        str(kitchen.elements["withdrawn"].uid),
        coming[0],
    ]
    assert (
        house.relation
        and kitchen.batch
        and kitchen.job
        and kitchen.clearance
        and kitchen.document
        and kitchen.comment
        and kitchen.delivery
    )
    links = [str(kitchen.relations[0].uid), str(house.relation.uid)]
    sets = [str(s.uid) for s in (kitchen.sets[0], kitchen.sets[-1], *kitchen.drafts)]
    other = house.cast.other_unit
    assignment = str(house.cast.users["other_operator"].assignments.get().pk)
    return {
        ("architecture", "uid"): [*few, *shown],
        ("architecture:detail", "uid"): [*secrets, *coming, *(str(e.uid) for e in mine.values()), *shown],
        ("architecture:unit", "uid"): [str(other.uid), str(house.cast.unit.uid)],
        ("analysis", "uid"): [*few, *shown],
        ("analysis:document_file", "uid"): [str(kitchen.document.uid)],
        ("analysis", "kind"): ["architecture", "letter"],
        ("clearance", "uid"): [str(kitchen.clearance.uid)],
        ("clearance", "file"): [NOBODY],
        ("clearance", "step"): ["arsitektur"],
        ("clearance", "key"): ["proses_bisnis"],
        ("clearance", "form"): ["pdf", "docx"],
        (f"{ANY}/clearance-requests/{{uid}}", "uid"): [str(kitchen.clearance.uid)],
        (f"{ANY}/impact/{{element}}", "element"): [*few, *shown],
        (f"{ANY}/documents/{{uid}}", "uid"): [str(kitchen.document.uid)],
        (f"{ANY}/documents/{{uid}}/file", "uid"): [str(kitchen.document.uid)],
        ("architecture", "relation"): links,
        ("architecture", "group"): ["0" * 16],
        ("architecture", "tree"): ["RAA"],
        ("architecture", "version"): ["1"],
        ("organisation", "uid"): [str(other.uid), str(house.cast.unit.uid), sets[0]],
        ("organisation", "alias"): [NOBODY],
        ("organisation", "change"): sets[:1],
        ("organisation", "assignment"): [assignment],
        ("history", "uid"): sets,
        ("review", "uid"): sets[-3:],
        ("review", "target"): coming[:2],
        ("jobs", "uid"): [str(kitchen.job.uid)],
        ("imports", "uid"): [str(kitchen.batch.uid)],
        ("imports", "sheet"): ["0"],
        ("imports", "number"): ["0"],
        ("imports", "row"): ["2"],
        ("imports", "kind"): ["applications", "relations"],
        ("comments", "target_type"): ["element", "relation"],
        ("comments", "uid"): [few[0], few[2], links[0], str(theirs["services"].uid)],
        ("comments", "comment"): [str(kitchen.comment.uid)],
        ("saved", "uid"): [str(kitchen.view.uid)],
        ("tokens", "uid"): [str(kitchen.token.uid)],
        ("webhooks", "uid"): [str(kitchen.webhook.uid)],
        ("webhooks", "delivery"): [str(kitchen.delivery.pk)],
        **_assessed(house, kitchen),
        ("web", "uidb64"): ["MQ"],
        ("web", "token"): ["set-password"],
        ("api", "uid"): [*few, links[0], *sets[-3:], *shown],
        ("api /api/v1/institutions/{code}/elements/{uid}", "uid"): [*secrets, *coming, *shown],
        ("api /api/v1/institutions/{code}/relations/{uid}", "uid"): links,
        ("api /api/v1/institutions/{code}/units/{uid}", "uid"): [str(other.uid)],
        ("api", "at"): moments(),
        ("api", "instrument_id"): ["spbe-2020"],
        ("api", "year"): ["2026"],
        ("api", "instrument"): ["spbe-2020"],
        ("api", "target"): ["pemdi-2026"],
        ("api", "number"): ["12", "11"],
    }


def _assessed(house: House, kitchen: Kitchen) -> Pools:
    """Of the round: what the other OPD answers and shows for its indicator, then what is the operator's own."""
    things = [one for one in (kitchen.assessed, house.assessed) if one]
    known: Pools = {
        ("evaluation", "uid"): [str(one["evidence"].uid) for one in things],
        ("evaluation", "year"): ["2026"],
        ("evaluation", "instrument"): ["spbe-2020"],
        ("evaluation", "stage"): ["self"],
        ("evaluation", "number"): ["12", "11"],
        ("evaluation", "id"): ["spbe-2020"],
        ("evaluation", "source"): ["spbe-2020"],
        ("evaluation", "target"): ["pemdi-2026"],
        ("evaluation", "form"): ["csv"],
        ("evaluation", "job"): [str(kitchen.job.uid)],
        **_planned(house, kitchen),
    }
    for name in ("upload", "use"):
        for route in ASSESSED[name]:
            known[f"evaluation:{route}", "uid"] = [str(one[name].uid) for one in things]
    round_of = f"{ANY}/cycles/{{year}}/{{instrument}}"
    known |= {
        (f"{round_of}/evidence/{{uid}}/judge", "uid"): [str(one["use"].uid) for one in things],
        (f"{ANY}/evidence/{{uid}}", "uid"): [str(one["evidence"].uid) for one in things],
        (f"{ANY}/uploads/{{uid}}", "uid"): [str(one["upload"].uid) for one in things],
    }
    for name in set(ASSESSED) - {"upload", "use"}:
        for route in ASSESSED[name]:
            known[f"evaluation:{route}", "uid"] = [NOBODY]
    return known


def _planned(house: House, kitchen: Kitchen) -> Pools:
    """Of the roadmap: what the other OPD drafts, does and promises, then what is the operator's own and what is of all."""
    things = [one for one in (kitchen.planned, house.planned) if one]

    def uids(name: str) -> list[str]:
        return [str(one[name].uid) for one in things if name in one] or [str(house.papers[name].uid)]

    known: Pools = {
        ("roadmap", "form"): ["csv"],
        ("roadmap", "piece"): uids("piece"),
        ("roadmap", "step"): uids("step"),
        ("roadmap", "baseline"): uids("baseline"),
        ("roadmap", "review"): uids("review"),
        ("roadmap", "part"): ["elements", "initiatives"],
        ("roadmap", "month"): ["2027-06"],
        ("calendars", "uid"): uids("holiday"),
        ("feeds", "number"): ["0"],
        ("feeds", "secret"): ["rahasia"],
        ("web", "secret"): ["rahasia"],
        ("notices", "uid"): [NOBODY],
        ("cockpit", "unit"): [str(house.cast.other_unit.uid), str(house.cast.unit.uid)],
        ("portal", "uid"): uids("commitment"),
        ("portal", "unit"): [str(house.cast.other_unit.uid), str(house.cast.unit.uid)],
        ("portal", "form"): ["csv"],
        ("roadmap", "unit"): [str(house.cast.other_unit.uid), str(house.cast.unit.uid)],
    }
    for route in all_routes():
        if "uid" not in route.parameters:
            continue
        if route.name.startswith("roadmap:"):
            which = "initiative" if route.name == "roadmap:action_new" else planned(route.name[8:])
            known[route.name, "uid"] = uids(which)
        elif which := of_api(route.name) if route.name.startswith(ANY) else "":
            known[route.name, "uid"] = uids(which)
    return known


def moments() -> list[str]:
    from django.utils import timezone

    today = timezone.localdate()
    return [
        "sekarang",
        today.isoformat(),
        f"rencana-{today.year}",
        f"rencana-{today.year + 1}",
        "rilis-R-1",
        "R-1",
    ]


def addresses(route: Route, known: Pools) -> Iterator[str]:
    room = (
        "api"
        if route.name.startswith("api ")
        else route.name.partition(":")[0]
        if ":" in route.name
        else "web"
    )
    names = dict.fromkeys(route.parameters)
    values = [
        ["uji"] if name in ("institution", "code") else known.get((route.name, name)) or known[room, name]
        for name in names
    ]
    for chosen in product(*values):
        yield route.template.format(**dict(zip(names, chosen, strict=True)))


# ---- what is asked


def queries(house: House, kitchen: Kitchen) -> dict[str, list[dict[str, str]]]:
    """Parameters with which a page is asked, by the name of its route; ``tells`` is worked out from the words in them."""
    other, mine = str(house.cast.other_unit.uid), str(house.cast.unit.uid)
    hidden = str(kitchen.elements["applications"].uid)
    domains = [{"domain": one} for one in house.mine]
    words = [
        {"q": one}
        for one in (RARE, RARE[:-1] + "x", RARE[:5], WORD, f"{WORD}-1", "alasan", "tetangga", "milikk")
    ]
    at = [{"pada": one, **more} for one in moments()[:-1] for more in ({"q": WORD}, {"domain": "data"})]
    told = moments()[:-1]
    sides = [(told[0], one) for one in told[1:]] + [(told[-1], one) for one in told[:-1]]
    exports = [{"domain": domain, "format": "csv"} for domain in house.mine]
    exports += [
        {"format": one, **more}
        for one in ("xlsx", "json", "archimate", "sia")
        for more in ({}, {"pada": "rilis-R-1"})
    ]
    exports += [{"format": one, "domain": "applications", "all": "1"} for one in ("xlsx", "json")] + [
        {"format": "json", "q": RARE}
    ]
    ways = [
        f"{way}:{type}"
        for way in ("out", "in")
        for type in ("application_service", "application_data", "strategy_process")
    ]
    questions = [
        f"aplikasi where nama ~ {RARE}",
        "aplikasi → layanan",
        f'layanan where nama = "{WORD}" → data',
        f"data where uraian ~ {RARE} or kode ~ {WORD}",
    ]
    ends = str(house.mine["applications"].uid)
    return {
        "analysis:impact": [{"direction": way, "depth": "6", **more} for way in ("up", "down", "both")
                            for more in ({}, {"format": "csv"}, {"format": "svg"}, {"format": "mermaid"})] + [{"q": RARE}, {"q": WORD}],
        "analysis:matrix": [{"rows": a, "columns": b, **more} for a, b in (("applications", "data"), ("services", "infrastructure"))
                            for more in ({}, {"show": "missing"}, {"format": "csv"}, {"unit": other})],
        "analysis:landscape": [{"measure": one, **more} for one in ("completeness", "age", "cost", "risk", "satisfaction", "gaps")
                               for more in ({}, {"format": "csv"})],
        "analysis:people": [{"unit": other}, {"unit": mine}, {"format": "csv"}, {"format": "xlsx"}],
        "analysis:security": [{"unit": other}, {"domain": "data"}, {"format": "csv"}, {"format": "xlsx"}],
        "analysis:integration": [{"unit": other}, {"app": ends}, {"app": hidden}, {"format": "csv"}],
        "analysis:query": [{"tanya": one, **more} for one in questions for more in ({}, {"tampilan": "graph"}, {"format": "csv"})],
        "analysis:query_complete": [{"tanya": f"aplikasi where nama = {RARE[:4]}", "at": "30"}, {"tanya": "aplikasi where opd = ", "at": "21"}],
        "architecture:gap_trends": [{"unit": other}],
        "architecture:twins_national": [{"state": "decided"}, {"unit": other}],
        "architecture:twins_quadrant": [{"unit": other}],
        "architecture:compare_twins": [{"member": [ends, hidden]}],
        "clearance:list": [{"unit": other}, {"state": "draft"}],
        "clearance:export": [{"format": "csv"}],
        f"{ANY}/impact/{{element}}": [{"direction": "both", "depth": "6"}, {"direction": "up", "domain": "data"}],
        f"{ANY}/matrix": [{"rows": "applications", "columns": "data"}, {"rows": "processes", "columns": "applications"}],
        f"{ANY}/query": [{"q": one} for one in questions],
        f"{ANY}/twins": [{"state": "decided"}],
        "architecture:list": [*domains, *words, *at, {"unit": other}, {"unit": mine}, {"gap": "application_without_operator"},
                              {"remap": "1"}, {"gone": hidden}, {"after": "a|1"}, {"before": "z|99999"}],
        "architecture:detail": [{"pada": one} for one in moments()],
        "architecture:export": exports,
        "architecture:export_gaps": [{"format": one} for one in ("csv", "xlsx", "json")],
        "architecture:gaps": [{"unit": other}, {"rule": "application_without_operator"}, {"now": "1"}],
        "architecture:twins": [{"now": "1"}, {"unit": other}],
        "architecture:completeness": [{"format": one} for one in ("csv", "xlsx", "json")],
        "architecture:compare": [{"sebelum": a, "sesudah": b} for a, b in sides],
        "architecture:strategy": [{"unit": other}, {"unit": mine}, {"dari": "2020"}],
        "architecture:new": [{"domain": one, "kind": house.mine[one].kind} for one in house.mine]
        + [{"domain": "strategy", "kind": "iku", "under": str(kitchen.elements["strategy"].uid)}],
        "architecture:link": [{"type": way, "q": word} for way in ways for word in ("", RARE)],
        "architecture:change_many": [{"domain": one} for one in house.mine] + [{"q": RARE}],
        "architecture:codes": domains,
        "architecture:code_example": domains,
        "architecture:references": [{"q": RARE}, {"tree": "RAA"}],
        "comments:people": [{"text": f"@{one}"} for one in ("k", "Kepala", "Other")],
        "comments:thread": [{"semua": "1"}],
        "history:list": [{"unit": other}, {"unit": mine}, {"author": str(house.cast.users["other_operator"].pk)}, {"kind": "import"},
                         {"after": "2030-01-01T00:00:00+00:00|9999"}],
        "imports:new": [{"kind": "applications"}],
        "imports:list": [{"before": "99999"}],
        "imports:preview": [{"show": "faulty"}, {"sheet": "0", "after": "0"}],
        "organisation:tree": [{"q": "Dinas"}, {"ditutup": "1"}],
        "organisation:people": [{"q": "Other"}, {"unit": other}],
        "portal:institution": words,
        "portal:architecture": [*domains, *words],
        "review:list": [{"after": "99999"}],
        "saved:columns": [{"place": "architecture:list", "domain": "applications"}],
        "saved:list": [{"place": "architecture:list"}],
        "api /api/v1/institutions/{code}/elements": [*domains, *words, {"unit": other}, {"limit": "1"}, {"remap": "true"},
                                                     {"gap": "application_without_operator"}],
        "api /api/v1/institutions/{code}/relations": [{"element": hidden}, {"type": "application_service"},
                                                      {"element": str(house.mine["applications"].uid)}],
        "api /api/v1/institutions/{code}/moments/{at}/elements": [{"q": RARE}, {"domain": "data"}, {"unit": other}],
        "api /api/v1/institutions/{code}/compare": [{"before": a, "after": b} for a, b in sides],
        "api /api/v1/institutions/{code}/gaps": [{"rule": "application_without_operator"}],
        "api /api/v1/institutions/{code}/elements/{uid}": [{"with_relations": "true"}],
        "api /api/v1/metamodel": [{"institution": "uji"}],
    }  # fmt: skip


SEARCHED = re.compile("(?i)rahasia|zonk")


def knocks(house: House, kitchen: Kitchen) -> list[Knock]:
    """Every address with every thing that fits in it, asked plainly and with parameters; then the forms, then the API."""
    known, asked, found = pools(house, kitchen), queries(house, kitchen), []
    # With all their parameters are asked: one secret, and two open elements that are linked with secrets.
    closely = (kitchen.elements["applications"], house.mine["applications"], house.theirs["data"])
    close = [str(one.uid) for one in closely]
    for route in all_routes():
        if route.name in UNASKED:
            continue
        for path in addresses(route, known):
            if route.method == "GET":
                found.append(Knock(route.name, "GET", path))
                parameters = asked.get(route.name, ())
                if route.parameters[1:] and not any(uid in path for uid in close):
                    parameters = parameters[:1]
                for one in parameters:
                    text = urlencode(one)
                    found.append(
                        Knock(route.name, "GET", f"{path}?{text}", tells=bool(SEARCHED.search(text)))
                    )
            else:
                found += forms(route, path, house, kitchen)
    return found


UNASKED = {"logout", "password_change", "start"}


def forms(route: Route, path: str, house: House, kitchen: Kitchen) -> Iterator[Knock]:
    """What is sent to an address that takes something."""
    if route.name.startswith("api "):
        bodies, headers = _bodies(route, house, kitchen), (("If-Match", "*"),)
        for body in bodies:
            text = json.dumps(body).encode()
            yield Knock(
                route.name, route.method, path, text, headers, tells=bool(SEARCHED.search(text.decode()))
            )
        return
    for data in [{}, *_forms(house, kitchen).get(route.name, ())]:
        said = " ".join(str(value) for value in data.values())
        yield Knock(route.name, route.method, path, data, tells=bool(SEARCHED.search(said)) or "file" in data)


def _forms(house: House, kitchen: Kitchen) -> dict[str, list[dict[str, Any]]]:
    cast, hidden = house.cast, kitchen.elements["applications"]
    fields = {"unit": str(cast.unit.uid), "classification": "internal", "kind": "", "version": "1"}
    rows = " ".join(f"{one.uid}:1" for one in (house.mine["applications"], hidden))
    sheet = (
        "Kode,Nama Aplikasi,OPD,Layanan,Data\n"
        f"{hidden.code},Terka,{cast.unit.name},{kitchen.elements['services'].name},\n"
        f",{hidden.name},{cast.unit.name},{kitchen.elements['services'].code},{kitchen.elements['data'].name}\n"
        f",{hidden.name},{cast.other_unit.name},,\n"
        f"K-applications,Milik kami applications,{cast.unit.name},{kitchen.elements['services'].name},{WORD}-9\n"
    )
    relations = (
        f"Jenis relasi,Dari,Ke\napplication_service,K-applications,{kitchen.elements['services'].code}\n"
    )
    return {
        "architecture:new": [{**fields, "name": hidden.name, "code": ""}, {**fields, "name": "Terka", "code": hidden.code},
                             {**fields, "name": "Terka", "code": f"{WORD}-hapus"}, {**fields, "name": "Terka", "code": f"{WORD}-usulan"}],
        "architecture:edit": [{**fields, "name": "Terka", "code": hidden.code}, {**fields, "name": hidden.name, "code": "K-applications"}],
        "architecture:delete": [{"version": "1"}, {"version": "1", "with_relations": "1"}],
        "architecture:link": [{"type": "out:application_service", "other": str(kitchen.elements["services"].uid)},
                              {"type": "out:application_data", "other": str(kitchen.elements["data"].uid)}],
        "architecture:change_relation": [{"version": "1"}],
        "architecture:change_many": [
            {"rows": rows, "domain": "applications", "step": "field"},
            {"rows": rows, "domain": "applications", "field": "classification", "value": "public"},
            {"rows": rows, "domain": "applications", "field": "classification", "value": "public", "confirm": "1"},
            {"rows": f"{hidden.uid}:1", "domain": "applications", "field": "classification", "value": "public"},
        ],
        "architecture:decide_gaps": [{"decision": "accept", "reason": "x", "gap": f"application_without_operator {hidden.uid}"}],
        "architecture:decide_twins": [{"decision": "keep", "reason": "x", "member": [str(house.mine["applications"].uid), str(hidden.uid)]}],
        "clearance:begin": [{"title": f"{WORD} {RARE} aplikasi", "year": "2027", "unit": str(cast.unit.uid)}],
        "clearance:move": [{"verb": "submit", "version": "1"}, {"verb": "withdraw", "version": "1"}],
        "comments:thread": [{"text": f"Apa ini? {WORD}"}, {"text": "Halo @Kepala Lain", "picked": str(cast.users["other_head"].pk)}],
        "comments:edit": [{"text": "Lain"}],
        "history:undo": [{"jawab": "1"}],
        "imports:new": [{"file": SimpleUploadedFile("daftar.csv", sheet.encode(), "text/csv"), "kind": "applications"},
                        {"file": SimpleUploadedFile("relasi.csv", relations.encode(), "text/csv"), "kind": "auto"}],
        "review:decide": [{"verdict": "agree"}, {"verdict": "return", "comment": "Tidak"}],
        "review:submit": [{"comment": "Mohon"}],
        "saved:save": [{"place": "architecture:list", "name": f"{WORD} daftar", "query": "domain=applications"}],
        "saved:change": [{"name": "Lain", "shared": "1"}],
        "webhooks:switch": [{"on": "1"}],
    }  # fmt: skip


def _bodies(route: Route, house: House, kitchen: Kitchen) -> list[Any]:
    cast, hidden = house.cast, kitchen.elements["applications"]
    mine, service = str(house.mine["applications"].uid), str(kitchen.elements["services"].uid)
    new = {"domain": "applications", "unit": cast.unit.code, "name": "Terka"}
    row = {"domain": "applications", "code": hidden.code, "name": "Terka", "unit": cast.unit.code}
    known = {
        "elements": [{**new, "code": hidden.code}, {**new, "name": hidden.name}, {**new, "unit": cast.other_unit.code}],
        "elements/bulk": [{"rows": [row]}, {"rows": [{**row, "code": "K-baru", "name": hidden.name}, {"domain": "applications", "code": hidden.code}]},
                          {"rows": [{**row, "code": f"{WORD}-hapus", "domain": "services"}]}],
        "elements/{uid}": [{"name": "Terka"}, {"code": hidden.code}],
        "relations": [{"type": "application_service", "source": mine, "target": service},
                      {"type": "application_service", "source": str(hidden.uid), "target": str(house.mine["services"].uid)}],
        "relations/{uid}": [{"attributes": {}}],
        "proposals/{uid}/decide": [{"verdict": "agree"}],
        "proposals/{uid}/submit": [{"comment": "Mohon"}],
        "releases": [{"code": "R-1"}],
        "query": [{"q": f"aplikasi where nama ~ {RARE}"}, {"q": "aplikasi → layanan → data"}],
        "clearance-requests": [{"unit": cast.unit.code, "title": "Terka", "year": 2027}],
        "twins/decisions": [{"members": [mine, str(hidden.uid)], "decision": "keep", "reason": "x"}],
        "gaps/decisions": [{"rule": "application_without_operator", "elements": [str(hidden.uid)], "decision": "accept", "reason": "x"}],
    }  # fmt: skip
    return known.get(route.name.partition("{code}/")[2], [{}])
