"""What a proposal keeps when the register moves under it, and what a decision is about."""

# ruff: noqa: F811  (a fixture of another file is a parameter here)
from __future__ import annotations

import re
from typing import Any

import pytest

from pendapa.architecture import actions, releasing
from pendapa.architecture.queries import comparing
from pendapa.architecture.rules.moments import NOW, Moment
from pendapa.kernel.review import actions as review
from pendapa.kernel.review import queries as proposals
from pendapa.regulations import packs
from tests.architecture.test_drafts import add, live, reviewed, through_all  # noqa: F401  a fixture among them
from tests.cast import Cast


def test_what_was_to_be_deleted_and_moved_on_can_be_worked_at_again(reviewed: Cast) -> None:
    old = add(reviewed, "Lama", "diskominfo").row
    operator = reviewed.actor("operator")
    draft = actions.delete_element(operator, old).draft
    actions.change_element(reviewed.actor("diskominfo"), old, version=1, attributes={"fungsi": "Mencatat"})
    actions.change_element(operator, old, version=2, name="Baru")
    (item,) = draft.items.all()
    assert (item.verb, item.base_version, item.patch) == ("change", 2, {"name": "Baru"})
    through_all(reviewed, draft)
    assert live(reviewed, "Baru").attributes["fungsi"] == "Mencatat"


def test_what_was_deleted_meanwhile_comes_back_with_what_was_proposed_for_it(reviewed: Cast) -> None:
    old = add(reviewed, "Lama", "diskominfo").row
    operator = reviewed.actor("operator")
    draft = actions.change_element(operator, old, version=1, attributes={"fungsi": "Mencatat"}).draft
    actions.delete_element(reviewed.actor("diskominfo"), old)
    actions.restore_element(operator, reviewed.institution, str(old.uid))
    (item,) = draft.items.all()
    assert (item.verb, item.patch.get("attributes.fungsi")) == ("restore", "Mencatat")
    through_all(reviewed, draft)
    assert live(reviewed, "Lama").attributes["fungsi"] == "Mencatat"


def test_a_change_that_cannot_be_laid_is_not_lost_when_the_thing_is_changed_once_more(
    reviewed: Cast,
) -> None:
    old = add(reviewed, "Lama", "diskominfo").row
    operator = reviewed.actor("operator")
    draft = actions.change_element(operator, old, version=1, code="X-1", name="Baru").draft
    add(reviewed, "Portal data", "diskominfo", code="X-1")
    # And somebody else gives it a name as well: both are in the way at once.
    actions.change_element(reviewed.actor("diskominfo"), old, version=1, name="Nama sekretariat")
    actions.change_element(operator, old, version=2, attributes={"fungsi": "Mencatat"})
    (item,) = draft.items.all()
    assert item.patch == {"code": "X-1", "name": "Baru", "attributes.fungsi": "Mencatat"}
    assert [problem.item for problem in proposals.problems(draft)]


def test_looking_again_at_a_new_thing_whose_code_was_taken_does_not_throw_it_away(reviewed: Cast) -> None:
    draft = add(reviewed, "SIMRS", code="X-1").draft
    add(reviewed, "Portal data", "diskominfo", code="X-1")
    with pytest.raises(review.Refused, match="Tempatnya sudah diisi"):
        review.settle(reviewed.actor("operator"), draft, draft.items.get().target_uid, {})
    assert draft.items.count() == 1


def test_what_was_handed_in_anew_is_not_agreed_to_by_who_read_the_old(reviewed: Cast) -> None:
    draft = add(reviewed, "SIMRS").draft
    operator, head = reviewed.actor("operator"), reviewed.actor("head")
    review.submit(operator, draft)
    read = proposals.mark(proposals.change_set(head, reviewed.institution, draft.uid))
    review.withdraw(operator, draft)
    add(reviewed, "Menyusul")
    review.submit(operator, draft)
    with pytest.raises(review.Refused):
        review.agree(head, draft, seen=read)
    with pytest.raises(review.Refused):
        review.give_back(head, draft, comment="Bukan itu", seen=read)
    draft.refresh_from_db()
    assert (draft.state, draft.step) == ("submitted", "approve")
    again = proposals.mark(draft)
    review.agree(head, draft, seen=again)


def test_agreeing_twice_from_one_page_does_not_pass_two_steps(reviewed: Cast) -> None:
    diskominfo = reviewed.actor("diskominfo")
    review.set_steps(diskominfo, reviewed.institution, ["verify", "validate"])
    draft = add(reviewed, "SIMRS").draft
    review.submit(reviewed.actor("operator"), draft)
    page = f"/di/uji/usulan/{draft.uid}/"
    browser = reviewed.client("diskominfo")
    form = re.search(r'name="seen" value="([^"]+)"', browser.get(page).content.decode())
    assert form is not None
    for _click in range(2):
        browser.post(page + "putuskan/", {"verdict": "agree", "seen": form[1]})
    draft.refresh_from_db()
    assert (draft.state, draft.step) == ("submitted", "validate")


def test_who_moved_to_another_opd_neither_hands_in_nor_adds_to_the_draft_of_the_old_one(
    reviewed: Cast,
) -> None:
    draft = add(reviewed, "SIMRS").draft
    reviewed.users["operator"].assignments.update(unit=reviewed.other_unit)
    operator = reviewed.actor("operator")
    done = actions.create_element(
        operator, reviewed.institution, "applications", reviewed.other_unit, name="Adminduk"
    )
    assert done.draft is not None and done.draft != draft and done.draft.unit == reviewed.other_unit
    with pytest.raises(review.Refused):
        review.submit(operator, draft)
    draft.refresh_from_db()
    assert draft.state == "draft"
    review.discard(operator, draft)


def test_personal_data_that_changed_is_no_difference_to_who_may_not_read_it(cast: Cast) -> None:
    diskominfo = cast.actor("diskominfo")
    old = add(cast, "Lama", "diskominfo", attributes={"operator": "Budi"}).row
    releasing.create_release(diskominfo, cast.institution, code="2026")
    before, after = Moment("release", code="2026"), NOW
    actions.change_element(diskominfo, old, version=1, attributes={"operator": "Siti"})
    (entry,) = comparing.compare(cast.actor("sekda"), cast.institution, before, after).entries
    assert [(d.before, d.after) for d in entry.differences] == [("Budi", "Siti")]
    assert comparing.compare(cast.actor("assessor"), cast.institution, before, after).total == 0
    actions.change_element(diskominfo, old, version=2, attributes={"fungsi": "Mencatat"})
    (entry,) = comparing.compare(cast.actor("assessor"), cast.institution, before, after).entries
    assert [d.field for d in entry.differences] == ["attributes.fungsi"]


def test_an_element_of_a_release_shows_its_code_and_which_way_a_link_to_its_namesake_leads(
    cast: Cast,
) -> None:
    diskominfo = cast.actor("diskominfo")
    source = add(cast, "SIMRS", "diskominfo").row
    target = add(cast, "SIMRS", "diskominfo", domain="services").row
    actions.link(diskominfo, source, "application_service", target)
    releasing.create_release(diskominfo, cast.institution, code="2026")
    kind = packs.metamodel().relation("application_service")
    for element, label in ((source, kind.forward), (target, kind.backward)):
        answer = cast.client("sekda").get(f"/di/uji/arsitektur/{element.uid}/?pada=rilis-2026")
        text = answer.content.decode().partition("<main")[2]
        assert f"· {element.code} ·" in text
        assert f'<span class="muted small">{label.in_language("id")}</span>' in text


def test_a_form_over_the_own_draft_does_not_take_back_what_another_wrote_meanwhile(reviewed: Cast) -> None:
    old = add(reviewed, "Lama", "diskominfo").row
    draft = actions.change_element(
        reviewed.actor("operator"), old, version=1, attributes={"fungsi": "Mencatat"}
    ).draft
    browser, url = reviewed.client("operator"), f"/di/uji/arsitektur/{old.uid}/ubah/"
    sent = _values(browser.get(url).context["form"])
    assert sent["name"] == "Lama" and sent["a_fungsi"] == "Mencatat"
    actions.change_element(reviewed.actor("diskominfo"), old, version=1, name="Nama sekretariat")
    answer = browser.post(url, sent | {"a_uraian": "Uraian baru"})
    assert answer.status_code == 409 and answer.context["clashes"] == []
    again = _values(answer.context["form"])
    assert (again["name"], again["a_fungsi"], again["a_uraian"]) == (
        "Nama sekretariat",
        "Mencatat",
        "Uraian baru",
    )
    assert browser.post(url, again).status_code == 302
    (item,) = draft.items.all()
    assert item.patch == {"attributes.fungsi": "Mencatat", "attributes.uraian": "Uraian baru"}


def test_a_form_over_a_draft_that_is_gone_is_not_taken_for_one_over_what_another_wrote(
    reviewed: Cast,
) -> None:
    old, operator = add(reviewed, "Lama", "diskominfo").row, reviewed.actor("operator")
    draft = actions.change_element(operator, old, version=1, attributes={"fungsi": "Mencatat"}).draft
    browser, url = reviewed.client("operator"), f"/di/uji/arsitektur/{old.uid}/ubah/"
    sent = _values(browser.get(url).context["form"])
    review.submit(operator, draft)
    actions.change_element(reviewed.actor("diskominfo"), old, version=1, name="Nama sekretariat")
    answer = browser.post(url, sent)
    assert answer.status_code == 409
    assert answer.context["form"]["name"].value() == "Nama sekretariat"


def _values(form: Any) -> dict[str, Any]:
    """What a browser would send of a form."""
    values = {form.add_prefix(name): form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in values.items()}
