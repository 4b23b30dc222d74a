"""The Flask application: rooms, errors, guards."""

from collections.abc import Callable

from flask import Flask

from engine.platform import Platform
from web import errors, health, policies, security
from web.accounts import grants, own, signing
from web.database import open_database
from web.exchange import commissions, numbers, reports
from web.filters import shown_time
from web.hall import Hall, furnish
from web.handling import waiting
from web.settings import Settings
from web.wiring import build_platform

LARGEST_BODY = 1_000_000


def create_app(settings: Settings, make_platform: Callable[[Settings], Platform] = build_platform) -> Flask:
    """Opens the database and puts the platform together; raises SettingError, RouteWithoutPolicy."""
    app = Flask("web")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # of Flask's default provider
    database = open_database(app, settings.database_url)
    furnish(app, Hall(settings, database, make_platform(settings)))
    numbers.init_app(app)
    errors.init_app(app)
    security.init_app(app)
    policies.init_app(app)
    app.add_template_filter(shown_time)
    for room in (health, commissions, reports, waiting, signing, own, grants):
        app.register_blueprint(room.blueprint)
    policies.require_policies(app)
    return app
