"""One leak of every kind, each a test of its own: the watch must fail them all. Run by test_watch_plugin."""

import logging
import sqlite3
import subprocess
import sys
import zlib
from contextlib import closing
from pathlib import Path

import httpx
import psycopg
import pytest
import redis
from flask import Flask, Response
from sqlalchemy import create_engine, make_url, text

from adapters.documents.files import FileStore
from adapters.vault.ciphers import CipherName
from adapters.vault.vault import KeyVault
from tests.builders import NAMES, an_id_no
from tests.fakes.keys import MemoryKeys
from tests.privacy.marks import ACCOUNT, AMOUNT
from web.metrics import EXTENSION, Figures
from web.sandbox.server import serving

NAME, ID_NUMBER = NAMES[0], an_id_no(7)
LOG = logging.getLogger("somebody.quiet")
PACKED = zlib.compress((f"{NAME} " * 50).encode())


def test_log_message() -> None:
    LOG.debug("found " + NAME)  # noqa: G003  # the mark in the message itself is the point


def test_log_arguments() -> None:
    LOG.debug("found %s", {"id": ID_NUMBER})


def test_log_of_a_silenced_logger() -> None:
    quiet = logging.getLogger("somebody.silenced")
    quiet.setLevel(logging.CRITICAL)
    quiet.propagate = False

    quiet.debug("account %s", ACCOUNT)


def test_log_traceback() -> None:
    try:
        raise ValueError(AMOUNT)
    except ValueError:
        LOG.debug("failed", exc_info=True)


def test_log_extra() -> None:
    LOG.info("found", extra={"person": NAME.encode()})


def a_table(path: Path, value: object) -> None:
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE matter (id INTEGER, remark BLOB)"))
        connection.execute(text("INSERT INTO matter VALUES (1, :value)"), {"value": value})
    engine.dispose()


def test_sqlite_text(tmp_path: Path) -> None:
    a_table(tmp_path / "some.sqlite", f"for {NAME}")


def test_sqlite_packed(tmp_path: Path) -> None:
    a_table(tmp_path / "some.sqlite", PACKED)


def test_sqlite_deleted(tmp_path: Path) -> None:
    a_table(tmp_path / "some.sqlite", ID_NUMBER)
    with closing(sqlite3.connect(tmp_path / "some.sqlite")) as connection:
        connection.execute("PRAGMA secure_delete = OFF")
        connection.execute("DELETE FROM matter")
        connection.commit()


def test_sqlite_of_another_process(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.execute("CREATE TABLE matter (remark TEXT)")
        connection.execute("INSERT INTO matter VALUES (?)", (NAME,))
        connection.commit()


@pytest.mark.parametrize("value", [f"for {NAME}".encode(), PACKED], ids=["text", "packed"])
def test_postgres(postgres_url: str, value: bytes) -> None:
    target = make_url(postgres_url)
    with psycopg.connect(
        host=target.host, port=target.port, user=target.username, dbname=target.database
    ) as connection:
        connection.execute("CREATE TABLE matter (id INTEGER, remark BYTEA)")
        connection.execute("INSERT INTO matter VALUES (1, %s)", (value,))


def an_app() -> Flask:
    app = Flask("leaking")
    app.add_url_rule("/metrics", "metrics", lambda: Response(f'figure{{of="{NAME}"}} 1'))
    app.add_url_rule("/sound", "sound", lambda: Response(NAME))
    app.add_url_rule("/mistake", "mistake", lambda: Response(NAME, status=400))
    app.add_url_rule("/told", "told", lambda: Response(headers={"Location": f"/cases/{ID_NUMBER}"}))
    return app


def test_flask_address() -> None:
    an_app().test_client().get("/sound", query_string={"name": NAME})


def test_flask_request_header() -> None:
    an_app().test_client().get("/sound", headers={"X-Account": ACCOUNT})


def test_flask_response_header() -> None:
    an_app().test_client().get("/told")


def test_flask_mistake() -> None:
    an_app().test_client().get("/mistake")


def test_metrics_page() -> None:
    an_app().test_client().get("/metrics")


def test_metrics_label() -> None:
    app = an_app()
    app.extensions[EXTENSION] = Figures()
    app.extensions[EXTENSION].requests.labels(f"case of {NAME}", "200").observe(1)

    app.test_client().get("/sound")


def test_httpx_address() -> None:
    with serving(Flask("empty")) as url:
        httpx.get(f"{url}/{ID_NUMBER}", trust_env=False)


def test_httpx_header() -> None:
    with serving(Flask("empty")) as url:
        httpx.get(url, headers={"X-Number": ID_NUMBER}, trust_env=False)


def test_redis_key(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as connection:
        connection.set(f"person:{ID_NUMBER}", 1, ex=3)


def test_redis_packed_in_a_hash(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as connection:
        connection.hset("job", "data", PACKED)


def test_redis_flushed(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as connection:
        connection.lpush("queue", NAME)
        connection.flushall()


def test_printed_error() -> None:
    sys.stderr.write(f"{NAME}\n")


def test_printed_by_a_child() -> None:
    command = "import sys; sys.stderr.buffer.write(sys.argv[1].encode())"
    subprocess.run([sys.executable, "-c", command, NAME], check=True)


def test_failed_message() -> None:
    raise LookupError(f"no {NAME}")


def test_failed_cause() -> None:
    try:
        raise LookupError(ID_NUMBER)
    except LookupError as error:
        raise ValueError("no such person") from error


def a_store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "papers", KeyVault(MemoryKeys(), CipherName.AES_256_GCM))


def test_file_content(tmp_path: Path) -> None:
    path = a_store(tmp_path).contents / "ab" / "abcd"
    path.parent.mkdir(parents=True)
    path.write_bytes(NAME.encode())


def test_file_name(tmp_path: Path) -> None:
    store = a_store(tmp_path)

    store.publish(store.put(b"x"), f"{NAME}.pdf", 1)


def test_clean(tmp_path: Path, postgres_url: str, redis_url: str) -> None:
    """What is sealed, what is published for people, what a page shows: none of it is a leak."""
    store = a_store(tmp_path)
    store.publish(store.put(f"{NAME} {ID_NUMBER}".encode()), "report.pdf", 1)
    an_app().test_client().get("/sound")
    LOG.debug("case 320400202611200000001 of unit 320402001 at 2026-11-20")
