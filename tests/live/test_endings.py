"""What ends somebody's sockets ends them in every process, whatever they watch (on either engine)."""

from collections.abc import Iterator

import pytest
import requests

from tests.factories import do
from tests.factories.cafes import name_host, open_round
from tests.factories.events import EventMade, make_event
from tests.factories.ideas import write
from tests.factories.people import join, remove
from tests.factories.processes import make_process, membership_of
from tests.live.halls import Hall, open_hall
from tests.live.phones import Phone
from workshop.engine import MODES
from workshop.models import User
from workshop.standing import Actor


@pytest.fixture(scope="module", params=MODES)
def hall(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with open_hall(tmp_path_factory.mktemp(request.param), request.param) as opened:
        yield opened


@pytest.fixture
def event(hall: Hall) -> EventMade:
    made = make_event(hall.store, make_process(hall.store))
    open_round(hall.store, made)
    return made


def test_signing_out_elsewhere_cuts_every_socket_of_the_account(hall: Hall, event: EventMade) -> None:
    with hall.phone(event.moderator) as idle, hall.phone(event.process.admin) as other:
        do(hall.store, event.moderator, "user.sign_out")
        assert idle.is_cut()
        assert other.client.connected


def test_a_member_removed_elsewhere_is_cut_off(hall: Hall, event: EventMade) -> None:
    member = membership_of(hall.store, event.process.id, event.moderator)
    with hall.phone(event.moderator) as moderator:
        do(hall.store, event.process.admin, "member.remove", member=member)
        assert moderator.is_cut()


def test_a_person_removed_elsewhere_is_cut_off_whatever_they_watch(hall: Hall, event: EventMade) -> None:
    anna = join(hall.store, event, "Anna")
    with hall.phone(anna.actor) as watching, hall.phone(anna.actor) as idle:
        watching.call("watch", {f"table:{event.tables[0]}": 0})
        remove(hall.store, anna)
        assert watching.is_cut() and idle.is_cut()


def test_a_screen_whose_link_is_renewed_elsewhere_goes_dark(hall: Hall, event: EventMade) -> None:
    cookie = requests.get(f"{hall.address}/screen/{event.screen_token}", timeout=20).cookies["session"]
    with Phone(hall.address, f"session={cookie}", page="screen") as screen:
        assert screen.call("watch", {f"cafe:{event.cafe}": 0})["ok"]
        do(hall.store, event.moderator, "event.renew_screen_link", event=event.id)
        assert screen.is_cut()


@pytest.mark.parametrize("by_card", [False, True])
def test_a_host_replaced_elsewhere_hears_no_more_what_hosts_hear(hall: Hall, event: EventMade, by_card: bool) -> None:
    hanna, anna = join(hall.store, event, "Hanna"), join(hall.store, event, "Anna")
    name_host(hall.store, event, 1, hanna)
    with hall.phone(hanna.actor) as host, hall.phone(anna.actor) as guest:
        for phone in (host, guest):
            assert phone.call("watch", {f"table:{event.tables[0]}": 0})["ok"]
        if by_card:
            do(hall.store, anna.actor, "table.host_by_card", card=event.host_cards[0])
        else:
            name_host(hall.store, event, 1, anna)
        assert host.is_cut()
        assert guest.client.connected


def test_who_hosts_in_the_place_of_somebody_removed_hears_no_more_what_hosts_of_their_own_table_do(
    hall: Hall, event: EventMade
) -> None:
    anna, ben = join(hall.store, event, "Anna"), join(hall.store, event, "Ben", 2)
    name_host(hall.store, event, 1, anna)
    name_host(hall.store, event, 2, ben)
    do(hall.store, ben.actor, "seat.take", table=event.tables[0])
    with hall.phone(ben.actor) as host:
        assert host.call("watch", {f"table:{event.tables[1]}": 0})["ok"]
        do(hall.store, event.moderator, "participant.remove", participant=anna.id, new_host=ben.id)
        assert host.is_cut()


def test_who_says_that_they_are_at_a_distance_hears_no_more_of_the_table_they_leave(
    hall: Hall, event: EventMade
) -> None:
    anna = join(hall.store, event, "Anna")
    place = {"table": event.tables[1], "attendance": "remote", "video_url": "https://meet.example.org/2"}
    do(hall.store, event.moderator, "table.set_place", **place)
    with hall.phone(join(hall.store, event, "Far", 2).actor) as before:
        assert before.call("watch", {f"table:{event.tables[0]}": 0})["ok"]
        do(hall.store, event.moderator, "event.set_sight", event=event.id, tables_visible="own")
        # The server knows of this by now; what follows is found by itself.
        assert before.is_cut()
    with hall.phone(anna.actor) as goes:
        assert goes.call("watch", {f"table:{event.tables[0]}": 0})["ok"]
        do(hall.store, anna.actor, "participant.describe", event=event.id, remote="1")
        assert goes.is_cut()


def test_who_is_counted_out_hears_no_more_what_they_heard_at_their_table(hall: Hall, event: EventMade) -> None:
    hanna, anna = join(hall.store, event, "Hanna"), join(hall.store, event, "Anna")
    name_host(hall.store, event, 1, hanna)
    do(hall.store, event.moderator, "event.set_sight", event=event.id, tables_visible="own")
    with hall.phone(hanna.actor) as host, hall.phone(anna.actor) as guest:
        for phone, person in ((host, hanna), (guest, anna)):
            assert phone.call("watch", {f"table:{event.tables[0]}": 0})["ok"]
            do(hall.store, event.moderator, "participant.leave_out", participant=person.id)
            assert phone.is_cut()


@pytest.mark.parametrize(("moved", "by_card"), [(False, False), (True, False), (True, True)])
def test_a_table_out_of_sight_is_heard_no_more(hall: Hall, event: EventMade, moved: bool, by_card: bool) -> None:
    """Elsewhere done too: whoever sat there walks on, or the event shows fewer tables from now on."""
    anna, ben = join(hall.store, event, "Anna"), join(hall.store, event, "Ben")
    far = join(hall.store, event, "Far", 2)
    here = {f"table:{event.tables[0]}": 0}
    sight = {"event": event.id, "tables_visible": "own"}
    if moved:
        with hall.phone(far.actor) as before:
            assert before.call("watch", here)["ok"]
            do(hall.store, event.moderator, "event.set_sight", **sight)
            # The server knows of this by now; what follows is found by itself.
            assert before.is_cut()
    with hall.phone(anna.actor) as goes, hall.phone(ben.actor) as stays, hall.phone(far.actor) as looks:
        assert goes.call("watch", here)["ok"] and stays.call("watch", here)["ok"]
        answer = looks.call("watch", here)
        if moved:
            assert answer["code"] == "not_found"
            if by_card:
                do(hall.store, anna.actor, "table.host_by_card", card=event.host_cards[1])
            else:
                do(hall.store, anna.actor, "seat.take", table=event.tables[1])
            assert goes.is_cut()
        else:
            assert answer["ok"]
            do(hall.store, event.moderator, "event.set_sight", **sight)
            assert looks.is_cut()
        assert stays.client.connected


def test_the_sum_of_all_tables_is_heard_no_more_by_who_sees_some(hall: Hall, event: EventMade) -> None:
    anna = join(hall.store, event, "Anna")
    cookie = requests.get(f"{hall.address}/screen/{event.screen_token}", timeout=20).cookies["session"]
    with (
        hall.phone(anna.actor, page="screen") as looks,
        hall.phone(anna.actor) as sits,
        Phone(hall.address, f"session={cookie}", page="screen") as screen,
        hall.phone(event.moderator, page="cockpit") as runs,
    ):
        for phone in (looks, sits, screen, runs):
            assert phone.call("watch", {f"cafe:{event.cafe}": 0})["ok"]
        do(hall.store, event.moderator, "event.set_sight", event=event.id, tables_visible="own")
        assert looks.is_cut()
        assert sits.client.connected and screen.client.connected and runs.client.connected


def test_who_signs_in_again_stays(hall: Hall, event: EventMade) -> None:
    anna = join(hall.store, event, "Anna")
    channel = f"table:{event.tables[0]}"
    with hall.phone(event.moderator) as here:
        assert here.do("user.sign_out")["ok"]
        assert here.is_cut()
    with hall.store.reading() as session:
        again = Actor(
            user_id=event.moderator.user_id, session_token=session.get_one(User, event.moderator.user_id).session_token
        )
    with hall.phone(again) as moderator:
        at = moderator.call("watch", {channel: 0})["at"][channel]
        for text in ("One", "Two"):
            # Each is found by another look at what other processes did.
            write(hall.store, anna, text)
            while moderator.next("change")["revision"] <= at:
                pass
            at += 1
        assert moderator.client.connected
