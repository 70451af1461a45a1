"""What every answer tells the browser, what the one cookie is, and whose pages may call (ids: OWASP ASVS 5.0)."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.factories import do
from tests.factories.events import make_event
from tests.factories.people import enter, join
from tests.factories.processes import make_process, membership_of
from workshop import create_app
from workshop.calls import origin_allowed
from workshop.config import Settings
from workshop.models import new_id
from workshop.perform import Store
from workshop.tokens import link_token

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "style-src-attr": "'unsafe-inline'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "workshop",
}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


@pytest.fixture
def secure(settings: Settings, sqlite_url: str, tmp_path: Path) -> Any:
    """The application as cities run it: behind a proxy that speaks https."""
    made = create_app(
        Settings(tmp_path, sqlite_url, settings.secret, async_mode="threading", public_url="https://cafe.example")
    )
    yield made
    made.extensions["workshop"].engine.dispose()


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/processes", 200),
        ("GET", "/nothing", 404),
        ("GET", "/tables/0191d0d0-0000-7000-8000-000000000009", 404),
        ("POST", "/join", 400),
        ("PUT", "/join", 405),
        ("POST", "/act/idea.contribute.json", 400),
        ("GET", "/sw.js", 200),
        ("GET", "/shell", 200),
    ],
)
def test_every_answer_is_protected(client: FlaskClient, method: str, address: str, status: int) -> None:
    """V3.4.3, V3.4.4, V3.4.5, V3.4.6, V3.4.8."""
    with client.open(address, method=method) as answer:
        assert answer.status_code == status
        sent = [one.strip().partition(" ") for one in answer.headers["Content-Security-Policy"].split(";")]
        assert {name: value for name, _, value in sent} == POLICY
        assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
        assert "Strict-Transport-Security" not in answer.headers, "over plain http it would mean nothing"
        assert "Access-Control-Allow-Origin" not in answer.headers
        if answer.mimetype == "text/html":
            assert answer.headers["Cache-Control"] == "no-store"


def test_https_is_kept_to(secure: Any) -> None:
    """V3.4.1."""
    asked = {"environ_base": {"REMOTE_ADDR": "127.0.0.1"}, "headers": {"X-Forwarded-Proto": "https"}}
    answer = secure.test_client().get("/", **asked)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_one_cookie_that_no_script_and_no_other_site_reads(client: FlaskClient, secure: Any) -> None:
    """V3.3.1, V3.3.2, V3.3.4."""
    for browser, attributes in ((client, set()), (secure.test_client(), {"Secure"})):
        [cookie] = browser.get("/").headers.getlist("Set-Cookie")
        name, *said = (part.strip() for part in cookie.split(";"))
        assert name.startswith("session=")
        assert {one for one in said if not one.startswith("Expires")} == {
            "HttpOnly",
            "Path=/",
            "SameSite=Lax",
        } | attributes


def test_signing_in_takes_over_nothing_of_the_session_before(client: FlaskClient, app_store: Store) -> None:
    """V7.2.4: whoever laid a cookie into this browser beforehand knows nothing of the one afterwards."""
    process = make_process(app_store)
    event = make_event(app_store, process)
    enter(client, app_store, join(app_store, event).actor, process.admin)
    client.get("/")
    with client.session_transaction() as cookie:
        before = dict(cookie)
        cookie["laid"] = "by somebody else"
    key = new_id()
    do(
        app_store,
        process.admin,
        "member.renew_link",
        key,
        member=membership_of(app_store, process.id, process.moderator),
    )
    address = f"/sign-in/{link_token(app_store.secret, key)}"
    page = client.get(address).text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    assert client.post(address, data={"csrf_token": token}).status_code == 303
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] == process.moderator.session_token != before["_user_id"]
        assert cookie["places"] == before["places"]
        assert "laid" not in cookie and "csrf_token" not in cookie
    # And the forms drawn before it are nobody's any more.
    assert client.post("/sign-out", data={"csrf_token": token}).status_code == 400


@pytest.mark.parametrize(
    ("origin", "public_url", "allowed"),
    [
        (None, None, False),
        ("", None, False),
        ("null", None, False),
        ("http://cafe.example:8000", None, True),
        ("http://cafe.example", None, False),
        ("http://evil.example", None, False),
        ("http://cafe.example:8000.evil.example", None, False),
        ("file://cafe.example:8000", None, False),
        ("http://cafe.example:8000, http://evil.example", None, False),
        ("https://cafe.example", "https://cafe.example", True),
        ("http://cafe.example", "https://cafe.example", False),
        ("http://cafe.example:8000", "https://cafe.example", False),
        ("https://evil.example", "https://cafe.example", False),
    ],
)
def test_whose_pages_may_call(settings: Settings, origin: str | None, public_url: str | None, allowed: bool) -> None:
    """V4.4.2: the address people type, or the one this request came to; never what a request says was forwarded."""
    known = Settings(settings.data, settings.database_url, settings.secret, public_url=public_url)
    environ = {
        "HTTP_HOST": "cafe.example:8000",
        "HTTP_X_FORWARDED_HOST": "evil.example",
        "HTTP_FORWARDED": "host=evil.example",
    }
    assert origin_allowed(origin, environ, known) is allowed


def test_pages_come_small_and_nothing_is_compressed_twice(client: FlaskClient) -> None:
    plain = client.get("/what-we-keep")
    small = client.get("/what-we-keep", headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small.headers["Vary"]
    # They tell the time at which they were made.
    assert len(gzip.decompress(small.data)) == len(plain.data)
    assert len(small.data) < len(plain.data)
    with client.get("/sw.js", headers={"Accept-Encoding": "gzip"}) as built:
        assert gzip.decompress(built.data)[:2] != b"\x1f\x8b"


@pytest.mark.parametrize(
    ("taken", "encoding"), [("br;q=0, gzip", "gzip"), ("br;q=0, gzip;q=0", None), ("gzip, br", "br")]
)
def test_built_files_come_in_no_form_that_was_declined(client: FlaskClient, taken: str, encoding: str | None) -> None:
    with client.get("/sw.js", headers={"Accept-Encoding": taken}) as built:
        assert built.headers.get("Content-Encoding") == encoding
