"""Verbs of this room: check the right, do, record, emit. The only writers of units, aliases, people and accounts."""

from pendapa.kernel.refusing import Refused
from pendapa.organisation.actions.accounts import discard, find_batch, links, make_accounts, preview, stage
from pendapa.organisation.actions.handover import HandedOver, NewHolder, hand_over, take_duties
from pendapa.organisation.actions.life import NewUnit, Outcome, Part, merge, rename, split, take_back
from pendapa.organisation.actions.links import accept, link_of, tokens, waiting_for
from pendapa.organisation.actions.people import (
    Invitation,
    acceptance_link,
    assign,
    end_assignment,
    invite,
    may_give,
    renew_link,
)
from pendapa.organisation.actions.units import (
    add_alias,
    close_unit,
    create_unit,
    move_unit,
    remove_alias,
    rename_unit,
    reopen_unit,
)

__all__ = [
    "HandedOver",
    "Invitation",
    "NewHolder",
    "NewUnit",
    "Outcome",
    "Part",
    "Refused",
    "accept",
    "acceptance_link",
    "add_alias",
    "assign",
    "close_unit",
    "create_unit",
    "discard",
    "end_assignment",
    "find_batch",
    "hand_over",
    "invite",
    "link_of",
    "links",
    "make_accounts",
    "may_give",
    "merge",
    "move_unit",
    "preview",
    "remove_alias",
    "rename",
    "rename_unit",
    "renew_link",
    "reopen_unit",
    "split",
    "stage",
    "take_back",
    "take_duties",
    "tokens",
    "waiting_for",
]
