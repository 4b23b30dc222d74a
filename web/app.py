"""The Flask application: rooms, errors, guards."""

from collections.abc import Callable

from flask import Flask

from engine.platform import Platform
from web import errors, health, language, navigation, policies, security
from web.accounts import grants, habits, own, signing
from web.database import open_database
from web.exchange import commissions, numbers, rechecks, reports, submissions
from web.exchange import papers as unit_papers
from web.filters import shown_limit, shown_size, shown_time
from web.hall import Hall, furnish
from web.handling import case_file, inbox, incidents, papers, registrations, tasks
from web.public import check
from web.settings import Settings
from web.wiring import build_platform, clean_file

LARGEST_BODY = 1_000_000


def create_app(settings: Settings, make_platform: Callable[[Settings], Platform] = build_platform) -> Flask:
    """Opens the database and puts the platform together; raises SettingError, RouteWithoutPolicy."""
    app = Flask("web")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # of Flask's default provider
    database = open_database(app, settings.database_url)
    furnish(app, Hall(settings, database, make_platform(settings), clean_file))
    numbers.init_app(app)
    errors.init_app(app)
    security.init_app(app)
    policies.init_app(app)
    language.init_app(app)
    navigation.init_app(app)
    app.add_template_filter(shown_limit)
    app.add_template_filter(shown_time)
    app.add_template_filter(shown_size)
    for room in (
        health,
        commissions,
        submissions,
        rechecks,
        reports,
        unit_papers,
        inbox,
        tasks,
        registrations,
        case_file,
        incidents,
        papers,
        language,
        signing,
        own,
        habits,
        grants,
        check,
    ):
        app.register_blueprint(room.blueprint)
    policies.require_policies(app)
    return app
