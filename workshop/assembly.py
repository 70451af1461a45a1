"""The only place where the parts are put together."""

from datetime import timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any

from flask import Flask
from flask_babel import get_locale
from werkzeug.middleware.proxy_fix import ProxyFix

from workshop import calls, clock, database, live, operations, tokens, web
from workshop.config import Networks, Settings, resource_dir
from workshop.extensions import babel, compress, csrf, db, login, migrate, socketio
from workshop.identity import SignedCookie, choose_language, load_account
from workshop.lookalikes import Lookalikes
from workshop.perform import Store, fresh_key
from workshop.render import assets, kept, lineage, marks, qr, viewing, words
from workshop.uploads import Uploads

__all__ = ["assemble", "operations"]


def assemble(settings: Settings) -> Flask:
    """The application for `settings`; its database is not touched yet."""
    app = Flask(
        "workshop",
        template_folder=str(resource_dir("templates")),
        static_folder=str(resource_dir("static")),
    )
    app.config.update(
        SECRET_KEY=settings.secret,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_size": 20, "max_overflow": 40, "pool_timeout": 30},
        SESSION_COOKIE_NAME="session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure,
        PERMANENT_SESSION_LIFETIME=timedelta(days=60),
        SESSION_REFRESH_EACH_REQUEST=False,
        # A form may stand open for as long as a café lasts.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        BABEL_TRANSLATION_DIRECTORIES=str(resource_dir("translations")),
        BABEL_DEFAULT_LOCALE="en",
        # What is built is compressed already. A page may be: its token is signed anew each time, and no other
        # site's page gets it with somebody's cookie, so that its length tells nothing (BREACH, CVE-2013-3587).
        COMPRESS_MIMETYPES=["text/html"],
        COMPRESS_ALGORITHM=["gzip"],
        COMPRESS_LEVEL=5,
        MAX_CONTENT_LENGTH=5 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
    )
    app.session_interface = SignedCookie()
    app.extensions["workshop_settings"] = settings
    db.init_app(app)
    migrate.init_app(app, db, directory=str(resource_dir("migrations")), render_as_batch=True)
    babel.init_app(app, locale_selector=choose_language)
    csrf.init_app(app)
    compress.init_app(app)
    login.init_app(app)
    login.user_loader(load_account)
    with app.app_context():
        engine = db.engine
    database.tune(engine)
    uploads = Uploads(settings.data / "uploads")
    app.extensions["workshop"] = Store(engine, settings.secret, together=settings.group_commit, uploads=uploads)
    app.extensions["workshop_pace"] = calls.person_pace()
    app.extensions["workshop_lookalikes"] = Lookalikes(app.extensions["workshop"])
    draw_with(app)
    web.open_door(app)
    live.open_door(app, socketio, settings)
    if settings.public_url:
        app.wsgi_app = BehindProxy(app.wsgi_app, settings.trusted_proxies)  # type: ignore[method-assign]
    return app


class BehindProxy:
    """Believes what proxies of ours say of a request; of all others the address they came by counts."""

    def __init__(self, application: Any, trusted: Networks) -> None:
        self._plain, self._trusted = application, trusted
        self._forwarded = ProxyFix(application, x_for=1, x_proto=1, x_host=1)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        return (self._forwarded if self._is_ours(environ) else self._plain)(environ, start_response)

    def _is_ours(self, environ: dict[str, Any]) -> bool:
        try:
            peer = ip_address(environ.get("REMOTE_ADDR", ""))
        except ValueError:
            return False
        if isinstance(peer, IPv6Address):
            peer = peer.ipv4_mapped or peer
        return any(peer in network for network in self._trusted)


def draw_with(app: Flask) -> None:
    """Give templates what they draw with."""
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    names: dict[str, Any] = {
        "asset": assets.asset,
        "drawn_icon": assets.icon,
        "shown": viewing.shown,
        "mine": viewing.mine,
        "vote": viewing.vote,
        "fresh_key": fresh_key,
        "get_locale": get_locale,
        "server_now": clock.now,
        "kept": kept.kept,
        "in_my_language": words.in_my_language,
        "time_of_day": words.time_of_day,
        "moment_in_words": words.moment_in_words,
        "minutes_and_seconds": words.minutes_and_seconds,
        "day_in_words": words.day_in_words,
        "in_a_row": words.in_a_row,
        "qr_path": qr.qr_path,
        "segments": marks.segments,
        "lay_out": lineage.lay_out,
        "spaced_code": tokens.spaced_code,
    }
    app.jinja_env.globals.update(names)
    app.jinja_env.globals.update(
        _=words.gettext, gettext=words.gettext, ngettext=words.ngettext, pgettext=words.pgettext
    )
    # Values stand in the texts by their names, also where a template says {% trans %}.
    app.jinja_env.newstyle_gettext = True  # type: ignore[attr-defined]
