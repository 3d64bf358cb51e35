"""Addresses of the matrix: which thing stands for which parameter of which route."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.rights.routes import Route
from tests.rights.world import World

NOTHING = "00000000-0000-4000-8000-000000000000"

API = "api /api/v1/institutions/{code}"

Value = Callable[[dict[str, Any]], Any]

# By room (the part before ":" of the name, or the API) and parameter.
VALUES: dict[tuple[str, str], Value] = {
    ("architecture", "uid"): lambda things: things["restricted"].uid,
    ("architecture", "relation"): lambda things: things["relation"].uid,
    ("architecture", "group"): lambda things: "0" * 16,
    ("organisation", "uid"): lambda things: things["unit"].uid,
    ("organisation", "alias"): lambda things: NOTHING,
    ("organisation", "assignment"): lambda things: things["user"].assignments.get().pk,
    ("history", "uid"): lambda things: things["change_set"].uid,
    ("jobs", "uid"): lambda things: things["job"].uid,
    ("imports", "uid"): lambda things: things["batch"].uid,
    ("imports", "sheet"): lambda things: 0,
    ("imports", "row"): lambda things: 3,
    ("imports", "kind"): lambda things: "applications",
    ("evaluation", "year"): lambda things: things["assessment"].year,
    ("evaluation", "instrument"): lambda things: things["assessment"].instrument,
    ("evaluation", "stage"): lambda things: things["assessment"].stage,
    ("evaluation", "uid"): lambda things: things["evaluation"]["evidence"].uid,
    ("evaluation", "id"): lambda things: "spbe-2020",
    ("evaluation", "number"): lambda things: things["evaluation"]["number"],
    ("evaluation", "source"): lambda things: "spbe-2020",
    ("evaluation", "target"): lambda things: "pemdi-2026",
    ("evaluation", "form"): lambda things: "xlsx",
    ("evaluation", "job"): lambda things: things["job"].uid,
    ("roadmap", "uid"): lambda things: things["roadmap"]["initiative"].uid,
    ("roadmap", "form"): lambda things: "xlsx",
    ("roadmap", "piece"): lambda things: things["roadmap"]["piece"].uid,
    ("roadmap", "step"): lambda things: things["roadmap"]["step"].uid,
    ("roadmap", "baseline"): lambda things: things["roadmap"]["baseline"].uid,
    ("roadmap", "review"): lambda things: things["roadmap"]["review"].uid,
    ("roadmap", "part"): lambda things: "elements",
    ("roadmap", "month"): lambda things: "2027-06",
    ("calendars", "uid"): lambda things: things["roadmap"]["holiday"].uid,
    ("feeds", "number"): lambda things: things["feed"].pk,
    ("feeds", "secret"): lambda things: "rahasia",
    ("web", "secret"): lambda things: "rahasia",
    ("notices", "uid"): lambda things: things["notice"].uid,
    ("cockpit", "unit"): lambda things: things["unit"].uid,
    ("portal", "uid"): lambda things: things["roadmap"]["commitment"].uid,
    ("portal", "unit"): lambda things: things["unit"].uid,
    ("portal", "form"): lambda things: "csv",
    ("roadmap", "unit"): lambda things: things["unit"].uid,
    ("imports", "number"): lambda things: 0,
    ("architecture", "version"): lambda things: 1,
    ("architecture", "tree"): lambda things: "RAB",
    ("organisation", "change"): lambda things: NOTHING,
    ("review", "uid"): lambda things: things["draft"].uid,
    ("review", "target"): lambda things: things["proposed"],
    ("comments", "target_type"): lambda things: "element",
    ("comments", "uid"): lambda things: things["restricted"].uid,
    ("comments", "comment"): lambda things: things["comment"].uid,
    ("saved", "uid"): lambda things: things["saved"].uid,
    ("tokens", "uid"): lambda things: things["token"].uid,
    ("webhooks", "uid"): lambda things: things["webhook"].uid,
    ("webhooks", "delivery"): lambda things: things["delivery"].pk,
    ("analysis", "uid"): lambda things: things["restricted"].uid,
    ("analysis", "kind"): lambda things: "architecture",
    ("clearance", "uid"): lambda things: things["clearance"].uid,
    ("clearance", "file"): lambda things: things["clearance_file"].uid,
    ("clearance", "step"): lambda things: "arsitektur",
    ("clearance", "key"): lambda things: "proses_bisnis",
    ("clearance", "form"): lambda things: "pdf",
    ("web", "uidb64"): lambda things: "MQ",
    ("web", "token"): lambda things: "set-password",
}
# Parameters that mean the same wherever they stand.
ANYWHERE: dict[str, Value] = {
    "institution": lambda things: things["institution"].code,
    "code": lambda things: things["institution"].code,
    "year": lambda things: things["assessment"].year,
    "instrument": lambda things: things["assessment"].instrument,
    "instrument_id": lambda things: "spbe-2020",
    "number": lambda things: things["evaluation"]["number"],
    "target": lambda things: "pemdi-2026",
}


def planned(name: str) -> str:
    """Which thing of the roadmap an address of that room is about, by its name."""
    first = name.partition("_")[0]
    return {
        "action": "action", "commitment": "commitment", "roadmap": "roadmap", "baseline": "roadmap",
        "baselines": "roadmap", "review": "roadmap", "programme": "programme",
    }.get(first, "initiative")  # fmt: skip


def of_api(name: str) -> str:
    """The same for the API: ``…/initiatives/{uid}/…``; empty where it is no thing of the roadmap."""
    rooms = {"initiatives": "initiative", "actions": "action", "commitments": "commitment", "roadmaps": "roadmap",
             "programmes": "programme"}  # fmt: skip
    return rooms.get(name.removeprefix(API).strip("/").partition("/")[0], "")


def _assessed(name: str) -> Value:
    return lambda things: things["evaluation"][name].uid


# By route of the evaluation: which of its things the uid is.
ASSESSED = {
    "peer": ("peers_remove",),
    "member": ("round_member_remove",),
    "event": ("round_event_edit",),
    "paper": ("round_paper_file", "round_paper_verb"),
    "finding": ("finding",),
    "upload": ("upload", "upload_drop"),
    "decree": ("decree", "decree_file", "decree_remove"),
    "use": ("evidence_use", "evidence_judge", "evidence_take_off"),
    "scenario": ("scenario", "scenario_change"),
    "plan": ("plan", "plan_file", "plan_send", "plan_delete"),
}
# By route, where the parameter of that name is something else.
SPECIAL: dict[tuple[str, str], Value] = {
    **{
        (f"evaluation:{route}", "uid"): _assessed(name)
        for name, routes in ASSESSED.items()
        for route in routes
    },
    ("evaluation:report_file", "uid"): lambda things: things["document"].uid,
    ("api /api/v1/institutions/{code}/units/{uid}", "uid"): lambda things: things["unit"].uid,
    ("api /api/v1/institutions/{code}/elements/{uid}", "uid"): lambda things: things["restricted"].uid,
    ("architecture:unit", "uid"): lambda things: things["unit"].uid,
    (f"{API}/elements/{{uid}}/history", "uid"): lambda things: things["restricted"].uid,
    (f"{API}/elements/{{uid}}/restore", "uid"): lambda things: things["restricted"].uid,
    (f"{API}/relations/{{uid}}", "uid"): lambda things: things["relation"].uid,
    (f"{API}/change-sets/{{uid}}", "uid"): lambda things: things["change_set"].uid,
    (f"{API}/moments/{{at}}/elements", "at"): lambda things: "rencana-2030",
    (f"{API}/proposals/{{uid}}", "uid"): lambda things: things["draft"].uid,
    (f"{API}/proposals/{{uid}}/submit", "uid"): lambda things: things["draft"].uid,
    (f"{API}/proposals/{{uid}}/decide", "uid"): lambda things: things["draft"].uid,
    ("analysis:document_file", "uid"): lambda things: things["document"].uid,
    (f"{API}/documents/{{uid}}", "uid"): lambda things: things["document"].uid,
    (f"{API}/documents/{{uid}}/file", "uid"): lambda things: things["document"].uid,
    (f"{API}/impact/{{element}}", "element"): lambda things: things["restricted"].uid,
    (f"{API}/twins/decisions/{{uid}}", "uid"): lambda things: things["twin_decision"].uid,
    (f"{API}/clearance-requests/{{uid}}", "uid"): lambda things: things["clearance"].uid,
    **{
        (f"{API}/clearance-requests/{{uid}}/{verb}", "uid"): lambda things: things["clearance"].uid
        for verb in ("checks", "move", "recommend", "justify", "decide")
    },
    **{
        (f"{API}/{path}", "uid"): _assessed(name)
        for path, name in {
            "cycles/{year}/{instrument}/evidence/{uid}/judge": "use",
            "evidence/{uid}": "evidence",
            "plans/{uid}": "plan",
            "scenarios/{uid}": "scenario",
            "uploads/{uid}": "upload",
        }.items()
    },
    ("api /api/v1/instruments/{id}", "id"): lambda things: "spbe-2020",
}


def address(world: World, route: Route, place: str, who: str) -> str:
    """The address of ``route`` for a thing at ``place``. A parameter without a value fails and says where to add it."""
    things = world.things[place]
    room = route.name.partition(":")[0] if ":" in route.name else "web"
    values = {}
    for name in route.parameters:
        if room == "roadmap" and name == "uid":
            which = "initiative" if route.name == "roadmap:action_new" else planned(route.name[8:])
            values[name] = things["roadmap"][which].uid
            continue
        if route.name.startswith(API) and name == "uid" and (which := of_api(route.name)):
            values[name] = things["roadmap"][which].uid
            continue
        value = SPECIAL.get((route.name, name)) or VALUES.get((room, name)) or ANYWHERE.get(name)
        if value is None:
            raise AssertionError(f"{route.name}: tell in tests/rights/addresses.py what '{name}' stands for")
        values[name] = value(things)
    return route.template.format(**values)
