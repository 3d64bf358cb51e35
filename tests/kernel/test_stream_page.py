"""A page of a job lives: it follows the signs of the stream, and without a stream it asks by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.kernel.homes import CAST, migrated, python
from tools.testing.homes import Home, Server

pytestmark = pytest.mark.browser

MADE = """
from pendapa.kernel.jobs.models import Job
from pendapa.kernel.tenancy.models import Institution, User
institution, user = Institution.objects.get(code="uji"), User.objects.get(username="operator@uji.example")
job = Job.objects.create(institution=institution, user=user, name="x", state="running", done=1, total=4, step="Membaca")
print(job.uid)
"""
MOVED = """
from pendapa.kernel.events import stream
from pendapa.kernel.jobs.models import Job
job = Job.objects.get(uid=uid)
Job.objects.filter(pk=job.pk).update(**values)
stream.publish(job.institution_id, "job", {"job": uid})
"""


@pytest.fixture(scope="module")
def hall(make_home: Callable[..., Home]) -> Any:
    home = migrated(make_home())
    python(home, CAST)
    running = Server(home)
    yield running
    running.stop()


def sign_in(page: Any) -> None:
    page.goto("/masuk/?next=/di/uji/riwayat/")
    page.fill("#id_username", "operator@uji.example")
    page.fill("#id_password", "kata-sandi-uji")
    page.click("form.sign-in button.btn-primary")
    page.wait_for_url("**/riwayat/")


@pytest.mark.parametrize("live", [True, False])
def test_the_page_of_a_job_follows_it_to_its_end(
    hall: Server, new_page: Callable[..., Any], live: bool
) -> None:
    uid = python(hall.home, MADE)
    page = new_page(base_url=hall.url)
    if not live:
        page.add_init_script("delete window.EventSource")
    sign_in(page)
    page.goto(f"/di/uji/pekerjaan/{uid}/")
    page.evaluate("window.signs = 0; document.body.addEventListener('live:job', () => window.signs++)")
    page.wait_for_timeout(1500)
    python(hall.home, MOVED, uid=uid, values={"done": 3, "step": "Menyimpan"})
    page.wait_for_selector("text=Menyimpan", timeout=8000)
    assert page.locator("progress").get_attribute("value") == "75"
    python(
        hall.home, MOVED, uid=uid, values={"done": 4, "state": "done", "result": {"url": "/di/uji/riwayat/"}}
    )
    page.wait_for_selector("text=Selesai.", timeout=8000)
    assert (page.evaluate("window.signs") >= 2) is live
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(2600)
    assert not [address for address in asked if "kemajuan" in address]
    page.click("text=Lihat hasilnya")
    page.wait_for_url("**/riwayat/")


def test_the_button_stops_the_job(hall: Server, new_page: Callable[..., Any]) -> None:
    uid = python(hall.home, MADE)
    page = new_page(base_url=hall.url)
    sign_in(page)
    page.goto(f"/di/uji/pekerjaan/{uid}/")
    page.wait_for_timeout(2600)
    page.click("text=Hentikan")
    page.wait_for_selector("text=Menghentikan")
    assert (
        python(
            hall.home,
            "from pendapa.kernel.jobs.models import Job\nprint(Job.objects.get(uid=uid).cancel_asked)",
            uid=uid,
        )
        == "True"
    )
