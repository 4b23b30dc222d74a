"""Settings: read once, wrong ones named."""

from datetime import timedelta
from pathlib import Path

import pytest

from web.environment import SettingError
from web.settings import read_settings


def test_without_any_variable_the_embedded_defaults_hold(tmp_path: Path) -> None:
    settings = read_settings({"HEDUI_DATA_DIR": str(tmp_path)})

    assert settings.database_url == f"sqlite:///{tmp_path}/hedui.db"
    assert settings.redis_url is None
    assert settings.lease == timedelta(seconds=60)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HEDUI_DATABASE_URL", "mysql://x"),
        ("HEDUI_REGION_CODE", "3204"),
        ("HEDUI_REGION_CODE", "３２０４００"),
        ("HEDUI_SOURCE_ATTEMPTS", "0"),
        ("HEDUI_SOURCE_ATTEMPTS", "many"),
        ("HEDUI_LEASE_SECONDS", "nan"),
        ("HEDUI_RETRY_FIRST_SECONDS", "-1"),
        ("HEDUI_HANDLER", " "),
        ("HEDUI_CIPHER", "des"),
        ("HEDUI_ANCHOR_MINUTES", "0"),
        ("HEDUI_KEYS_FILE", ""),
        ("HEDUI_DATABASE_URL", "sqlite:///"),
        ("HEDUI_DATABASE_URL", "postgresql://db:many/hedui"),
        ("HEDUI_REDIS_URL", "garbage"),
        ("HEDUI_SOURCES_URL", "garbage"),
        ("HEDUI_HANDLER", "长" * 81),
        ("HEDUI_LEASE_SECONDS", "1"),
        ("HEDUI_WORKER_THREADS", "1000000"),
        ("HEDUI_PROXIES", "10.0.0.11 10.0.0.12"),
        ("HEDUI_DATABSE_URL", "sqlite:///x"),
        ("HEDUI_SOURCES_TOKEN_FILE", "/nowhere/token"),
    ],
)
def test_a_wrong_setting_stops_the_start_by_its_name(name: str, value: str) -> None:
    with pytest.raises(SettingError) as refusal:
        read_settings({name: value})

    assert refusal.value.name == name
    assert name in str(refusal.value)


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("secret\n")

    settings = read_settings({"HEDUI_SOURCES_TOKEN_FILE": str(tmp_path / "token")})

    assert settings.sources_token == "secret"


def test_a_postgresql_address_gets_its_driver() -> None:
    settings = read_settings({"HEDUI_DATABASE_URL": "postgresql://hedui@db/hedui"})

    assert settings.database_url == "postgresql+psycopg://hedui@db/hedui"


def test_sources_without_a_token_stop_the_start() -> None:
    with pytest.raises(SettingError) as refusal:
        read_settings({"HEDUI_SOURCES_URL": "http://127.0.0.1:1"})

    assert refusal.value.name == "HEDUI_SOURCES_TOKEN"


def test_proxies_of_other_machines_are_believed_beside_those_of_this_one(tmp_path: Path) -> None:
    settings = read_settings({"HEDUI_DATA_DIR": str(tmp_path), "HEDUI_PROXIES": "10.0.0.11, FD00::11"})

    assert settings.proxies == {"127.0.0.1", "::1", "10.0.0.11", "fd00::11"}
