"""Renaming somebody."""

import pytest

from tests.factories import do
from tests.factories.cafes import name_host, open_round
from tests.factories.events import EventMade
from tests.factories.ideas import write
from tests.factories.people import PersonMade, join, remove
from workshop.models import ActionItem, Participant
from workshop.perform import Store


def name_of(store: Store, person: PersonMade) -> str:
    with store.reading() as session:
        return session.get_one(Participant, person.id).display_name


def test_a_name_is_changed_and_gets_the_next_number_where_somebody_has_it(store: Store, event: EventMade) -> None:
    anna, ben = join(store, event, "Anna"), join(store, event, "Ben")
    do(store, event.moderator, "participant.rename", participant=ben.id, name="anna")
    assert (name_of(store, anna), name_of(store, ben)) == ("Anna", "anna 2")
    # Only the letters are others: the number stays.
    do(store, event.moderator, "participant.rename", participant=ben.id, name="ANNA")
    assert name_of(store, ben) == "ANNA 2"
    assert not do(store, event.moderator, "participant.rename", participant=ben.id, name="ANNA").at
    remove(store, ben)
    assert attempt_rename(store, event, ben) == "closed"


def attempt_rename(store: Store, event: EventMade, person: PersonMade) -> str:
    with pytest.raises(Exception) as refused:
        do(store, event.moderator, "participant.rename", participant=person.id, name="Other")
    return str(getattr(refused.value, "code", refused.value))


def test_what_a_host_took_forward_carries_the_name_they_have_now(store: Store, event: EventMade) -> None:
    hanna, anna = join(store, event, "Hana"), join(store, event, "Anna")
    name_host(store, event, 1, hanna)
    open_round(store, event)
    idea = write(store, anna)
    item = do(store, hanna.actor, "action_item.take_forward", ideas=[idea], title="Do it").thing[1]
    do(store, event.moderator, "participant.rename", participant=hanna.id, name="Hanna")
    with store.reading() as session:
        assert session.get_one(ActionItem, item).taken_by == "Hanna"
