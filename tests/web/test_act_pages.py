"""The pages of operations say what they are about to change."""

import re
from html import unescape
from urllib.parse import urlencode
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories import do
from tests.factories.action_list import add_item, listed_item
from tests.factories.cafes import close_cafe, name_host, open_round
from tests.factories.events import EventMade, close_event, make_event
from tests.factories.goals import promoted_goal
from tests.factories.ideas import write
from tests.factories.many import fill
from tests.factories.people import enter, join_many, remove
from tests.factories.processes import make_process
from workshop.models import Process, Reason
from workshop.perform import Store


@pytest.fixture
def event(client: FlaskClient, app_store: Store) -> EventMade:
    """An event in which round one runs; the browser is its moderator's."""
    made = make_event(app_store, make_process(app_store))
    open_round(app_store, made, 1)
    enter(client, app_store, made.moderator)
    return made


@pytest.mark.parametrize("name", ["idea.hold", "idea.hide"])
def test_whoever_holds_a_note_sees_which(client: FlaskClient, app_store: Store, event: EventMade, name: str) -> None:
    idea = write(app_store, join_many(app_store, event, ["Anna"])[0], "Shade at <every> stop")
    assert "Shade at &lt;every&gt; stop" in client.get(f"/act/{name}?{urlencode({'idea': idea})}").text


@pytest.mark.parametrize("listed", ["queue#decide-{other}", "queue", ""])
@pytest.mark.parametrize("name", ["idea.hold", "idea.hide", "idea.keep_hidden"])
def test_whoever_decides_nothing_comes_back_to_what_they_came_from(
    client: FlaskClient, app_store: Store, event: EventMade, name: str, listed: str
) -> None:
    anna = join_many(app_store, event, ["Anna"])[0]
    idea, other = write(app_store, anna), write(app_store, anna)
    if name == "idea.keep_hidden":
        with app_store.reading() as session:
            reason = session.scalars(select(Reason.id).where(Reason.event_id == event.id)).first()
        do(app_store, event.moderator, "idea.hide", idea=idea, because=reason)
        do(app_store, anna.actor, "idea.ask_again", idea=idea, words="Look again")
    at = f"/cafes/{event.cafe}/{listed.format(other=other)}".rstrip("/")
    page = client.get(f"/act/{name}?{urlencode({'idea': idea, 'next': at})}").text
    back = re.search(r'href="([^"]*)">Cancel<', page)
    assert back and back[1] == f"{at.partition('#')[0]}#decide-{idea}"
    # Whoever decides goes on where the list said.
    onwards = re.search(r'name="next" value="([^"]*)"', page)
    assert onwards and onwards[1].startswith(at)


def test_whoever_fills_in_a_form_hears_what_is_announced(
    client: FlaskClient, app_store: Store, event: EventMade
) -> None:
    anna = join_many(app_store, event, ["Anna"])[0]
    idea = write(app_store, anna)
    said = {"cafe": event.cafe, "text": "Lunch is <served>"}
    do(app_store, event.moderator, "announcement.make", **said, to="table", number=1)
    enter(client, app_store, anna.actor)
    page = client.get(f"/act/idea.edit?{urlencode({'idea': idea})}").text
    assert "Lunch is &lt;served&gt;" in page and "For table 1" in page
    # It goes on listening, where what was typed survives that it is loaded afresh.
    assert f"table:{event.tables[0]}" in page and 'id="connection"' in page
    token = re.search(r'name="csrf_token" value="([^"]*)"', page)
    assert token
    answer = client.post("/act/idea.edit", data={"idea": str(idea), "text": " ", "csrf_token": token[1]})
    assert answer.status_code == 422 and "Lunch is &lt;served&gt;" in answer.text
    assert "data-channels='{}'" in answer.text and 'id="connection"' not in answer.text
    # Read aloud in its own language, whatever the page's is.
    enter(client, app_store, anna.actor, language="sv")
    swedish = client.get(f"/act/idea.edit?{urlencode({'idea': idea})}").text
    assert 'html lang="sv"' in swedish and '<span lang="en" dir="auto" data-words>Lunch is' in swedish


def test_a_refused_comment_keeps_its_words_by_a_form_too(
    client: FlaskClient, app_store: Store, event: EventMade
) -> None:
    anna, ben = join_many(app_store, event, ["Anna", "Ben"])
    held, open_one = write(app_store, anna), write(app_store, anna, "A bench")
    enter(client, app_store, ben.actor)
    token = re.search(r'name="csrf_token" value="([^"]*)"', client.get("/").text)
    assert token
    words = {"text": "On <Saturdays> too", "csrf_token": token[1]}
    # What one may not know of any more, and what takes no words any more.
    do(app_store, event.moderator, "idea.hold", idea=held, reason="Names somebody")
    for idea, status in ((held, 404), (open_one, 409)):
        if status == 409:
            close_event(app_store, event)
        answer = client.post("/act/comment.write", data={"idea": str(idea), **words})
        assert answer.status_code == status
        assert "On &lt;Saturdays&gt; too</textarea>" in answer.text and 'role="alert"' in answer.text


@pytest.mark.parametrize("name", ["goal.update", "milestone.add"])
def test_whoever_writes_about_a_goal_sees_which(
    client: FlaskClient, app_store: Store, event: EventMade, name: str
) -> None:
    idea = write(app_store, join_many(app_store, event, ["Anna"])[0])
    goal = promoted_goal(app_store, event, listed_item(app_store, event, idea), title="A library <for> all")
    enter(client, app_store, event.process.admin)
    assert "A library &lt;for&gt; all" in client.get(f"/act/{name}?{urlencode({'goal': goal})}").text


def test_a_field_whose_letters_are_taken_keeps_its_colours(
    client: FlaskClient, app_store: Store, event: EventMade
) -> None:
    enter(client, app_store, event.process.admin)
    fields = {"process": str(event.process.id), "code": "QX", "colour": "5", "name": "Quiet streets"}
    for status in (303, 422):
        token = re.search(r'name="csrf_token" value="([^"]*)"', client.get("/").text)
        assert token
        answer = client.post("/act/field.add", data={**fields, "csrf_token": token[1]})
        assert answer.status_code == status
    assert answer.text.count('type="radio" name="colour"') == 12
    assert 'value="5" checked' in answer.text
    assert 'value="Quiet streets"' in answer.text


def test_whoever_takes_notes_forward_is_told_once_what_was_done(
    client: FlaskClient, app_store: Store, event: EventMade
) -> None:
    anna = join_many(app_store, event, ["Anna"])[0]
    ideas = [str(write(app_store, anna, text)) for text in ("A bench", "A roof")]
    table = f"/tables/{event.tables[0]}"
    page = client.get(f"/act/action_item.take_forward?{urlencode({'ideas': ideas, 'next': table}, doseq=True)}").text
    token = re.search(r'name="csrf_token" value="([^"]*)"', page)
    assert token
    fields = {"ideas": ideas, "title": "Build roofs", "next": table, "csrf_token": token[1]}
    # Back to the first of them, where whoever reads a long page goes on.
    assert client.post("/act/action_item.take_forward", data=fields).location == f"{table}#{ideas[0]}"
    assert "2 notes were taken forward as one draft." in client.get(table).text
    assert "were taken forward" not in client.get(table).text


def test_a_closed_cafe_names_what_comes_next(client: FlaskClient, app_store: Store, event: EventMade) -> None:
    following = f'href="/events/{event.id}/sorting">'
    before = client.get(f"/cafes/{event.cafe}").text
    close_cafe(app_store, event)
    page = client.get(f"/cafes/{event.cafe}").text
    assert "Next: put what the tables take forward on the list" in page
    assert page.count(following) == before.count(following) + 1


def test_somebody_removed_gets_a_page_with_what_they_wrote_and_no_form(
    client: FlaskClient, app_store: Store, event: EventMade
) -> None:
    anna = join_many(app_store, event, ["Anna"])[0]
    phone = client.application.test_client()
    enter(phone, app_store, anna.actor)
    table = f"/tables/{event.tables[0]}"
    token = re.search(r'name="csrf_token" value="([^"]*)"', phone.get(table).text)
    assert token
    remove(app_store, anna)
    note = {"table": str(event.tables[0]), "round": str(event.rounds[0]), "kind": "idea", "text": "A <bench> & more"}
    for answer in (phone.get(table), phone.post("/act/idea.contribute", data={**note, "csrf_token": token[1]})):
        assert answer.status_code == 403
        assert "<h1>You are no longer in this event</h1>" in answer.text
        assert "<form" not in answer.text
        assert f'data-unsent="{anna.id}"' in answer.text
    assert "\nA &lt;bench&gt; &amp; more</textarea>" in answer.text


def test_what_a_plan_mixes_is_shown_as_it_is(client: FlaskClient, app_store: Store, event: EventMade) -> None:
    page = f"/act/cafe.set_seating?cafe={event.cafe}"
    assert " checked" not in client.get(page).text
    do(app_store, event.moderator, "cafe.set_seating", cafe=event.cafe, mixes_languages="1")
    assert " checked" in client.get(page).text


def test_whoever_merges_is_offered_what_looks_alike_where_they_may(
    client: FlaskClient, app_store: Store, event: EventMade
) -> None:
    """A moderator everywhere, a host at their own table; what is chosen already is offered no more."""
    anna, otto, hanna = join_many(app_store, event, ["Anna", "Otto", "Hanna"], [1, 2, 1])
    name_host(app_store, event, 1, hanna)
    first = write(app_store, anna, "Evening courses for people who work in shifts")
    here = write(app_store, anna, "Courses in the evening for people in shift work")
    there = write(app_store, otto, "An evening course for people who work in shifts", table=2)
    write(app_store, anna, "A bench at every stop")

    def offered(*chosen: UUID) -> set[str]:
        page = client.get(f"/act/idea.merge?{urlencode({'ideas': chosen}, doseq=True)}").text
        chosen_and_more = re.findall(r'href="/act/idea.merge\?([^"]*)"', page)
        return {re.findall("ideas=([^&]*)", one)[-1] for one in chosen_and_more}

    assert offered(first) == {str(here), str(there)}
    assert offered(first, here) == {str(there)}
    enter(client, app_store, hanna.actor)
    with client.session_transaction() as cookie:
        del cookie["_user_id"]
    assert offered(first) == {str(here)}


def test_the_set_up_drawn_again_is_a_page_of_its_process(
    client: FlaskClient, app_store: Store, event: EventMade
) -> None:
    answer = client.get(f"/act/event.create?process={event.process.id}")
    with app_store.reading() as session:
        slug = session.get_one(Process, event.process.id).slug
    assert f'href="/processes/{slug}"' in answer.text
    assert f'formaction="/processes/{slug}/events/new"' in answer.text


def test_the_page_of_an_error_leads_members_back_to_their_work(
    client: FlaskClient, app_store: Store, event: EventMade
) -> None:
    assert 'class="btn primary" href="/processes"' in client.get("/nowhere").text
    enter(client, app_store, join_many(app_store, event, ["Anna"])[0].actor)
    with client.session_transaction() as cookie:
        del cookie["_user_id"]
    page = client.get("/nowhere").text
    assert 'href="/me"' in page and 'href="/processes"' not in page


def test_whoever_follows_a_dropped_goal_finds_its_reason_in_the_form(
    client: FlaskClient, app_store: Store, event: EventMade
) -> None:
    goal = promoted_goal(app_store, event, add_item(app_store, event))
    admin = event.process.admin
    do(app_store, admin, "goal.update", goal=goal, text="No.", status="dropped", reason="No ground")
    enter(client, app_store, admin)
    assert re.search(r'name="reason"[^>]*value="No ground"', client.get(f"/act/goal.update?goal={goal}").text)


def test_a_moderator_who_follows_goals_too_says_that_a_milestone_is_reached(
    client: FlaskClient, app_store: Store, event: EventMade
) -> None:
    goal = promoted_goal(app_store, event, add_item(app_store, event))
    process = event.process
    do(app_store, process.innolab, "milestone.add", goal=goal, title="First", due_on="2027-01-31")

    def button() -> str:
        found = re.search(r"<button[^>]*milestone.finish[^>]*>", client.get(f"/goals/{goal}").text)
        assert found
        return found[0]

    assert " hidden" in button()
    do(app_store, process.admin, "member.invite", process=process.id, name="Mona of Harbour", role="innolab")
    assert " hidden" not in button()


def test_a_process_leads_participants_to_the_events_they_take_part_in(
    client: FlaskClient, app_store: Store, event: EventMade
) -> None:
    other = make_event(app_store, event.process, title="Another one")
    both = {f"/events/{event.id}", f"/events/{other.id}"}
    with app_store.reading() as session:
        slug = session.get_one(Process, event.process.id).slug

    def leads_to(browser: FlaskClient, address: str) -> set[str]:
        return both & set(re.findall(r'href="([^"]*)"', browser.get(address).text))

    assert leads_to(client, f"/processes/{slug}") == leads_to(client, "/processes") == both
    anna = client.application.test_client()
    enter(anna, app_store, join_many(app_store, event, ["Anna"])[0].actor)
    assert leads_to(anna, f"/processes/{slug}") == leads_to(anna, "/processes") == {f"/events/{event.id}"}
    assert "Another one" in anna.get(f"/processes/{slug}").text


def test_the_last_page_is_shown_where_the_one_after_it_has_gone(
    client: FlaskClient, app_store: Store, event: EventMade
) -> None:
    goal = promoted_goal(app_store, event, add_item(app_store, event))
    fill(app_store, event, join_many(app_store, event, ["Anna"])[0], goal, 2, 150)
    for address, row in (("list?goal=none&page=2", "Wanted"), ("ideas?page=3", "Note")):
        page = client.get(f"/events/{event.id}/{address}").text
        assert re.search(rf"{row} \d", page), address
    assert 'rel="prev"' in page


def test_the_list_of_one_goal_stays_that_of_the_goal(client: FlaskClient, app_store: Store, event: EventMade) -> None:
    goal = promoted_goal(app_store, event, add_item(app_store, event, "Inside"), title="Shade everywhere")
    add_item(app_store, event, "Outside")
    page = client.get(f"/events/{event.id}/list?goal={goal}").text
    filters = page.partition('role="search"')[2].partition("</form>")[0]
    sent = re.findall(r'name="goal" value="([^"]*)" checked', filters)
    assert sent == [str(goal)] and "Shade everywhere" in filters and "No goal yet" not in filters
    assert "Outside" not in client.get(f"/events/{event.id}/list?goal={goal}&sort=votes").text


def test_a_note_leads_to_its_words_in_a_goal_of_many_voices(
    client: FlaskClient, app_store: Store, event: EventMade
) -> None:
    anna = join_many(app_store, event, ["Anna"])[0]
    ideas = [write(app_store, anna, f"Voice {number}") for number in range(24)]
    goal = promoted_goal(app_store, event, listed_item(app_store, event, *ideas))
    found = re.findall(r'href="(/goals/[^"]*)"', client.get(f"/ideas/{ideas[-1]}").text)
    [address] = {one for one in found if "#said-" in one}
    place = address.partition("#")[2]
    assert str(goal) in address and f'id="{place}"' in client.get(address.replace("&amp;", "&")).text


def test_whoever_hosts_is_counted_out_by_a_page_that_asks_who_hosts_then(
    client: FlaskClient, app_store: Store, event: EventMade
) -> None:
    hanna, anna = join_many(app_store, event, ["Hanna", "Anna"], [1, 1])
    name_host(app_store, event, 1, hanna)
    here = f"/cafes/{event.cafe}/people"
    page = client.get(here).text
    rows = {one.name: page.partition(f'<tr id="p-{one.id}"')[2].partition("</tr>")[0] for one in (hanna, anna)}
    asked = re.search(r'href="(/act/participant.leave_out[^"]*)"', rows["Hanna"])
    assert asked and 'formaction="/act/participant.leave_out"' not in rows["Hanna"]
    assert 'formaction="/act/participant.leave_out"' in rows["Anna"] and "leave_out?" not in rows["Anna"]
    form = client.get(unescape(asked[1])).text
    offered = re.findall(r'name="new_host" value="([^"]*)"', form)
    assert offered == [str(anna.id), ""] and "Who hosts table 1 then?" in form
    fields = dict(re.findall(r'name="(csrf_token|key|next|participant)" value="([^"]*)"', form))
    answer = client.post("/act/participant.leave_out", data={**fields, "new_host": offered[0]})
    assert answer.status_code == 303 and answer.location.startswith(here)
    page = client.get(here).text
    row = page.partition(f'<tr id="p-{hanna.id}"')[2].partition("</tr>")[0]
    assert "not here" in row and 'formaction="/act/participant.bring_back"' in row
    assert "hosts table 1" in page.partition(f'<tr id="p-{anna.id}"')[2].partition("</tr>")[0]
