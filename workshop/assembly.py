"""The only place where the parts are put together."""

from datetime import timedelta
from typing import Any

from flask import Flask
from flask_babel import get_locale
from werkzeug.middleware.proxy_fix import ProxyFix

from workshop import clock, database, live, operations, tokens, web
from workshop.config import Settings, resource_dir
from workshop.extensions import babel, csrf, db, login, migrate, socketio
from workshop.identity import choose_language, load_account
from workshop.perform import Store, fresh_key
from workshop.render import assets, lineage, marks, qr, viewing, words

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
        MAX_CONTENT_LENGTH=5 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
    )
    app.extensions["workshop_settings"] = settings
    db.init_app(app)
    migrate.init_app(app, db, directory=str(resource_dir("migrations")), render_as_batch=True)
    babel.init_app(app, locale_selector=choose_language)
    csrf.init_app(app)
    login.init_app(app)
    login.user_loader(load_account)
    with app.app_context():
        engine = db.engine
    database.tune(engine)
    app.extensions["workshop"] = Store(engine, settings.secret)
    draw_with(app)
    web.open_door(app)
    live.open_door(app, socketio, settings)
    if settings.public_url:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    return app


def draw_with(app: Flask) -> None:
    """Give templates what they draw with."""
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    names: dict[str, Any] = {
        "asset": assets.asset,
        "shown": viewing.shown,
        "mine": viewing.mine,
        "vote": viewing.vote,
        "fresh_key": fresh_key,
        "get_locale": get_locale,
        "server_now": clock.now,
        "in_my_language": words.in_my_language,
        "time_of_day": words.time_of_day,
        "moment_in_words": words.moment_in_words,
        "day_in_words": words.day_in_words,
        "qr_path": qr.qr_path,
        "segments": marks.segments,
        "lay_out": lineage.lay_out,
        "spaced_code": tokens.spaced_code,
    }
    app.jinja_env.globals.update(names)
