"""A walker that knows nothing but the description of the API, let loose on a live server: whatever it sends and in whatever
order, the server never breaks."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error

from tests.kernel.homes import CAST, migrated, python
from tools.testing.homes import Home, Server

pytestmark = [pytest.mark.slow, pytest.mark.hostile, pytest.mark.once, pytest.mark.timeout(600)]

SECONDS = 30
KEYS = (
    CAST
    + """
from pendapa.kernel.tokens import actions, scopes
from tests.architecture.scene import join, make
app, service = make(cast.unit, "SIMPUS"), make(cast.unit, "Rawat jalan", "services")
join(app, "application_service", service)
make(cast.other_unit, "Sangat rahasia", classification="restricted")
actor = cast.actor("operator")
held = scopes.held(actor, cast.institution)
key = actions.make(actor, cast.institution, name="Pejalan", permissions=held, days=1).key
print(key, app.uid, service.uid)
"""
)


@pytest.fixture(scope="module")
def walked(make_home: Callable[..., Home], server: Callable[..., Server]) -> tuple[Server, str, list[str]]:
    home = migrated(make_home())
    key, *known = python(home, KEYS).splitlines()[-1].split()
    return server(home=home), key, known


def _guide(case: Any, turn: int, known: list[str]) -> None:
    """Into the institution that the key opens; every second time with things that are there, so that walks lead deeper."""
    path = case.path_parameters or {}
    if "code" in path:
        path["code"] = "uji"
    if turn % 2:
        return
    if len(str(path.get("uid", ""))) < 36 and "uid" in path:
        path["uid"] = known[turn // 2 % 2]
    if case.headers and "If-Match" in case.headers:
        case.headers["If-Match"] = "*"
    body = case.body
    if isinstance(body, dict) and "domain" in body:
        body |= {
            "domain": "applications",
            "unit": "1.02",
            "kind": "",
            "attributes": {"fungsi": str(body.get("name"))},
        }
    elif isinstance(body, dict) and "source" in body:
        body |= {"type": "application_service", "source": known[0], "target": known[1], "attributes": {}}
    elif isinstance(body, dict) and isinstance(body.get("rows"), list):
        for row in body["rows"]:
            if isinstance(row, dict):
                row |= {"domain": "applications", "unit": "1.02"}


def test_no_walk_through_the_api_breaks_the_server(walked: tuple[Server, str, list[str]]) -> None:
    there, key, known = walked
    until = time.monotonic() + SECONDS
    schema = schemathesis.openapi.from_url(f"{there.url}/api/v1/openapi.json")
    seen: dict[int, int] = {}

    class Walk(schema.as_state_machine()):  # type: ignore[misc]
        def before_call(self, case: Any) -> None:
            _guide(case, sum(seen.values()), known)

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": {"Authorization": f"Bearer {key}"}, "timeout": 30}

        def after_call(self, response: Any, case: Any) -> None:
            seen[response.status_code] = seen.get(response.status_code, 0) + 1

        def validate_response(self, response: Any, case: Any, **_more: Any) -> None:
            case.validate_response(response, checks=[not_a_server_error])

    rounds = 0
    while time.monotonic() < until:
        rounds += 1
        Walk.run(
            settings=settings(
                max_examples=5,
                stateful_step_count=8,
                deadline=None,
                database=None,
                derandomize=False,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
        )
    told = f"{sum(seen.values())} requests in {rounds} rounds: {sorted(seen.items())}\n{there.said()}"
    assert not [status for status in seen if status >= 500], told
    assert seen.get(201, 0) + seen.get(202, 0) > 0 and seen.get(200, 0) > 10, told
    assert "Traceback" not in there.said(), told
    print(told)
