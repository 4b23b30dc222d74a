"""What every room of web reaches for: the database, the platform and the settings of this application."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from engine.domain.uploads import FileCleaner
from engine.platform import Platform
from web.database import Database
from web.settings import Settings

EXTENSION = "hedui"


@dataclass(frozen=True)
class Hall:
    settings: Settings
    database: Database
    platform: Platform
    clean: FileCleaner


def furnish(app: Flask, hall_of_app: Hall) -> None:
    app.extensions[EXTENSION] = hall_of_app


def hall() -> Hall:
    return cast(Hall, current_app.extensions[EXTENSION])
