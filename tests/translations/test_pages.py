"""Every page speaks the reader's language, and only it, whoever reads."""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from tests.factories.databases import SECRET, SQLiteServer
from tests.factories.people import enter
from tests.factories.worlds import make_worlds
from tests.operations.feeds import FEEDS
from tests.translations.words import PLACE, TAG, catalogue, forms, messages
from tests.web.test_walls import OPEN, Site, walled
from workshop import create_app
from workshop.config import Settings
from workshop.perform import OPERATIONS
from workshop.standing import Actor

LONG = 12
"""Characters from which a piece of an English sentence is no other language's word by chance."""
NO_PAGE = {"/join", "/language", "/sign-out", "/hall/report"}
READERS = (
    ("nobody", "sv"), ("author", "de"), ("host", "sv"), ("screen", "de"), ("moderator", "de"), ("innolab", "sv"),
    ("admin", "de"),
)  # fmt: skip
READ_OUT = {"aria-label", "title", "placeholder", "alt"}


class Words(HTMLParser):
    """What one reads on a page or has read out, and what its script may say.

    What is marked as another language's is that language's: cards for guests that somebody else prints.
    """

    def __init__(self, language: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._language = language
        self._foreign: list[str] = []
        """The tags that are open since one of another language was."""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = dict(attributes).get("lang")
        if tag in self._foreign[:1] or (not self._foreign and said and said != self._language):
            self._foreign.append(tag)
        if not self._foreign:
            self.found += [value for name, value in attributes if name in READ_OUT and value]

    def handle_endtag(self, tag: str) -> None:
        if tag in self._foreign[:1]:
            self._foreign.pop()

    def handle_data(self, data: str) -> None:
        if not self._foreign:
            self.found.append(" ".join(data.split()))


def words_on(page: str, language: str) -> set[str]:
    """The texts of a page that are to be in its language."""
    parser = Words(language)
    parser.feed(page)
    parser.close()
    return {text for text in parser.found if text}


def english(language: str) -> tuple[set[str], set[str]]:
    """What would be left of the source: short texts that stand alone, and pieces of longer ones anywhere."""
    alone: set[str] = set()
    pieces: set[str] = set()
    for message in messages(catalogue(language)):
        said = " ".join(forms(message.string))
        for words in forms(message.id):
            if not PLACE.search(words) and words not in said:
                alone.add(words)
            for piece in PLACE.split(TAG.sub("%s", words)):
                if len(piece.strip()) > LONG and piece.strip() not in said:
                    pieces.add(piece.strip())
    return alone, pieces


@pytest.fixture(scope="module")
def site(sqlite_server: SQLiteServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An application with something on each of its pages."""
    folder: Path = tmp_path_factory.mktemp("pages")
    url = sqlite_server.copy_to(folder / "workshop.sqlite3")
    app = create_app(Settings(data=folder, database_url=url, secret=SECRET, async_mode="threading"))
    app.config["WTF_CSRF_ENABLED"] = False
    yield Site(app, make_worlds(app.extensions["workshop"]))
    app.extensions["workshop"].engine.dispose()


def pages(site: Site, client: FlaskClient) -> Iterator[tuple[str, str]]:
    """Every page this reader is shown, each operation's own page with nothing and with everything in it too."""
    addresses = [address for rule in walled(site.app, "GET") for address in site.addresses(rule, "mine")]
    for name in OPERATIONS:
        addresses.append(f"/act/{name}")
        for feed in FEEDS.get(name, []):
            fields = {one: value for one, value in feed.fields(site.worlds.mine).items() if one != "language"}
            addresses.append(f"/act/{name}?{urlencode(fields, doseq=True)}")
    for address in [*sorted(OPEN - NO_PAGE), *addresses, "/nowhere"]:
        # Closed afterwards: a photo's file stays open until then.
        with client.get(address) as answer:
            if answer.mimetype == "text/html" and answer.status_code not in (301, 302, 303):
                yield address, answer.text
    for name in OPERATIONS:
        answer = client.post(f"/act/{name}", data={"x": "y"})
        if answer.mimetype == "text/html" and answer.status_code not in (301, 302, 303):
            yield f"{name} sent wrong", answer.text


@pytest.mark.parametrize(("who", "language"), READERS)
def test_no_english_is_left_on_a_page(site: Site, who: str, language: str) -> None:
    client = site.app.test_client()
    enter(client, site.store, Actor() if who == "nobody" else site.worlds.actors[who], language=language)
    alone, pieces = english(language)
    wrong: set[tuple[str, str]] = set()
    seen = 0
    for address, page in pages(site, client):
        seen += 1
        assert f'<html lang="{language}"' in page, address
        texts = words_on(page, language)
        everything = "\n".join(texts)
        left = texts & alone | {piece for piece in pieces if piece in everything}
        wrong |= {(address.split("?")[0], words) for words in left}
    assert seen > 50
    assert wrong == set()
