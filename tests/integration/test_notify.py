"""Notifications, sent for real: to an SMTP server and an HTTP server of this machine."""

from __future__ import annotations

import json
import logging
import socket
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from pydantic import SecretStr
from typer.testing import CliRunner

from pipeline import notify_entry
from pipeline.cli import app
from pipeline.clinic import RefusedBatchError, take_in
from pipeline.home import Home
from pipeline.notify import Message, owners, send, tell_changes
from pipeline.notify.changes import changes_message
from pipeline.settings import Settings
from tests.privacy.clinic_batches import make
from vocabulary.errors import NotificationError, SettingsError, SourceError
from vocabulary.tables import core, mart, meta
from warehouse.query import warehouse_schema

SECRET = "s3cretpath"
QUICK = 0.01
MESSAGE = Message("test", "Two lines\nin a subject", ("first", "second"), "https://pages.example/index.html")


class Post:
    """What arrived, and what the next answers are."""

    def __init__(self) -> None:
        self.letters: list = []
        self.bodies: list[dict] = []
        self.headers: list = []
        self.answers: list[int] = []
        self.refuse: list[str] = []

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        if self.refuse:
            return self.refuse.pop(0)
        self.letters.append(envelope)
        return "250 OK"


@pytest.fixture
def smtp() -> Iterator[tuple[Post, int]]:
    with _smtp() as found:
        yield found


@contextmanager
def _smtp(**options: object) -> Iterator[tuple[Post, int]]:
    post = Post()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(post, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield post, port
    finally:
        controller.stop()


@pytest.fixture
def http() -> Iterator[tuple[Post, str]]:
    post = Post()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            post.bodies.append(json.loads(body))
            post.headers.append(dict(self.headers))
            self.send_response(post.answers.pop(0) if post.answers else 204)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield post, f"http://127.0.0.1:{server.server_port}/{SECRET}"
    finally:
        server.shutdown()
        server.server_close()


def mailing(port: int, **more: object) -> Settings:
    plain = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none", "smtp_from": "k@watch.example"}
    return Settings(**{**plain, "notify_email": "a@ops.example, b@ops.example", **more})


def test_an_e_mail_says_all_of_it_to_each_address(smtp) -> None:
    post, port = smtp
    assert send(MESSAGE, mailing(port)) == ("email",)
    (letter,) = post.letters
    assert letter.rcpt_tos == ["a@ops.example", "b@ops.example"]
    text = letter.content.decode()
    assert "Subject: [Ketavigil] Two lines in a subject" in text
    assert "first\r\nsecond\r\n\r\nhttps://pages.example/index.html" in text


def test_a_busy_mail_server_is_asked_again_and_one_that_refuses_is_not(smtp) -> None:
    post, port = smtp
    post.refuse = ["451 later", "421 later"]
    assert send(MESSAGE, mailing(port), first_wait_seconds=QUICK) == ("email",)
    assert len(post.letters) == 1
    post.refuse = ["554 no", "554 no"]
    with pytest.raises(NotificationError, match="code 554"):
        send(MESSAGE, mailing(port), first_wait_seconds=QUICK)
    assert post.refuse == ["554 no"]


def test_the_password_is_given_to_the_server_and_to_nobody_else(caplog) -> None:
    caplog.set_level(logging.DEBUG)

    def check(server, session, envelope, mechanism, given) -> AuthResult:
        return AuthResult(success=given.password == SECRET.encode(), handled=False)

    with _smtp(authenticator=check, auth_require_tls=False, auth_required=True) as (post, port):
        caplog.clear()
        right = mailing(port, smtp_user="k", smtp_password=SecretStr(SECRET))
        assert send(MESSAGE, right) == ("email",)
        assert len(post.letters) == 1
        wrong = mailing(port, smtp_user="k", smtp_password=SecretStr(f"{SECRET}x"))
        with pytest.raises(NotificationError, match="code 535") as error:
            send(MESSAGE, wrong, first_wait_seconds=QUICK)
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("mail")]
    assert SECRET not in "".join(traceback.format_exception(error.value)) + " ".join(ours) + repr(right)


def test_a_webhook_gets_json_and_is_asked_again(http, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    post, address = http
    post.answers = [503, 429, 200]
    settings = Settings(notify_webhook=SecretStr(address), notify_webhook_token=SecretStr("t0ken"))
    assert send(MESSAGE, settings, first_wait_seconds=QUICK) == ("webhook",)
    assert len(post.bodies) == 3
    told = post.bodies[-1]
    assert (told["kind"], told["lines"], told["link"]) == ("test", ["first", "second"], MESSAGE.link)
    assert told["text"].startswith("Two lines")
    assert post.headers[-1]["Authorization"] == "Bearer t0ken"
    assert SECRET not in caplog.text + repr(settings)
    assert "t0ken" not in caplog.text + repr(settings)


@pytest.mark.parametrize(("answer", "tries"), [(400, 1), (302, 1), (500, 4)])
def test_a_webhook_that_refuses_is_told_without_its_address(http, caplog, answer, tries) -> None:
    caplog.set_level(logging.DEBUG)
    post, address = http
    post.answers = [answer] * 9
    settings = Settings(notify_webhook=SecretStr(address))
    with pytest.raises(NotificationError, match=f"answered {answer}") as error:
        send(MESSAGE, settings, first_wait_seconds=QUICK)
    assert len(post.bodies) == tries
    assert SECRET not in "".join(traceback.format_exception(error.value)) + caplog.text


@pytest.mark.parametrize("address", [f"ftp://h/{SECRET}", f"http://127.0.0.1:1/{SECRET}", f"http://[{SECRET}/"])
def test_an_address_that_leads_nowhere_is_not_told_either(address) -> None:
    with pytest.raises(NotificationError) as error:
        send(MESSAGE, Settings(notify_webhook=SecretStr(address)), first_wait_seconds=QUICK)
    assert SECRET not in "".join(traceback.format_exception(error.value))


def test_one_way_that_fails_does_not_stop_the_other(http) -> None:
    post, address = http
    settings = mailing(1, notify_webhook=SecretStr(address))
    with pytest.raises(NotificationError) as error:
        send(MESSAGE, settings, first_wait_seconds=QUICK)
    assert error.value.sent == ("webhook",)
    assert len(post.bodies) == 1


def test_nothing_is_sent_where_nothing_is_set() -> None:
    assert send(MESSAGE, Settings()) == ()


def test_a_clinic_has_its_own_owner() -> None:
    own = "bcdfghjklmnp"
    settings = Settings(notify_clinic_email=f"all@c.example,{own}=one@c.example", notify_email="ops@c.example")
    assert owners(settings, own) == ("one@c.example",)
    assert owners(settings, "zzzzghjklmnp") == owners(settings, None) == ("all@c.example",)
    assert owners(Settings(notify_email="ops@c.example"), own) == ("ops@c.example",)
    with pytest.raises(SettingsError):
        owners(Settings(notify_clinic_email="not an address"), own)


def test_a_refused_batch_is_told_to_its_owner_without_a_value(smtp, tmp_path, monkeypatch) -> None:
    post, port = smtp
    batch = make(5)
    batch.tables["patient"][0]["age_years"] = "Zqanaryword"
    for name, value in {"HOST": "127.0.0.1", "PORT": str(port), "SECURITY": "none", "FROM": "k@w.example"}.items():
        monkeypatch.setenv(f"KETAVIGIL_SMTP_{name}", value)
    monkeypatch.setenv("KETAVIGIL_NOTIFY_CLINIC_EMAIL", f"{batch.manifest['clinic_id']}=owner@c.example")
    path = batch.write(tmp_path / "drop")
    with pytest.raises(RefusedBatchError) as error:
        take_in(Home(tmp_path / "home"), Settings(), path)
    task = type("Task", (), {"task_id": "take_in_batch", "dag_id": "clinic_reports", "rendered_map_index": "batch-1"})
    notify_entry.tell_failure({"task_instance": task, "exception": error.value})
    shown = CliRunner().invoke(app, ["clinic", "take-in", str(path), "--home", str(tmp_path / "home")])
    assert shown.exit_code == 1
    assert len(post.letters) == 2
    for letter in post.letters:
        assert letter.rcpt_tos == ["owner@c.example"]
        text = letter.content.decode()
        assert "privacy: patient.age_years" in text
        assert "Zqanary" not in text


def test_a_failed_quarter_and_a_defect_are_told_without_what_a_library_said(smtp, monkeypatch) -> None:
    post, port = smtp
    for name, value in {"HOST": "127.0.0.1", "PORT": str(port), "SECURITY": "none", "FROM": "k@w.example"}.items():
        monkeypatch.setenv(f"KETAVIGIL_SMTP_{name}", value)
    monkeypatch.setenv("KETAVIGIL_NOTIFY_EMAIL", "ops@c.example")
    task = {"task_id": "take_in_quarter.land_quarter", "dag_id": "faers_quarterly", "rendered_map_index": "2022q4"}
    quarter = type("Task", (), task)
    notify_entry.tell_failure({"task_instance": quarter, "exception": SourceError("2022q4: the zip is cut.\nmore")})
    other = type("Task", (), {"task_id": "build_warehouse", "dag_id": "warehouse_publish", "rendered_map_index": None})
    notify_entry.tell_failure({"task_instance": other, "exception": ValueError("Zqanaryword")})
    notify_entry.tell_failure({"task_instance": other})
    first, second, third = (letter.content.decode() for letter in post.letters)
    assert "Quarter 2022q4 failed: land_quarter" in first
    assert "the zip is cut." in first
    assert "ValueError" in second
    assert "Zqanaryword" not in second
    assert "ended from outside" in third


def test_a_callback_never_raises(monkeypatch, caplog) -> None:
    monkeypatch.setenv("KETAVIGIL_NOTIFY_EMAIL", "ops@c.example")
    task = type("Task", (), {"task_id": "x", "dag_id": "y", "rendered_map_index": None})
    notify_entry.tell_failure({"task_instance": task, "exception": None})
    assert "KETAVIGIL_SMTP_HOST" in caplog.text


@pytest.fixture
def published(tmp_path) -> Callable[..., Home]:
    """Gives ``publish(build, rows)``: a published file with these rows of mart.signal_change."""
    tables = {table.full_name: table for table in (*core.TABLES, *mart.TABLES, *meta.TABLES)}
    home = Home(tmp_path / "home")
    home.published.parent.mkdir(parents=True)

    def publish(build: str, rows: list[dict]) -> Home:
        home.published.unlink(missing_ok=True)
        with duckdb.connect(home.published) as connection:
            for schema in ("core", "mart", "meta"):
                connection.execute(f"CREATE SCHEMA {schema}")
            for name in ("core.side_effect", "mart.signal_change", "meta.build"):
                connection.execute(tables[name].create_sql.replace("NOT NULL", ""))
            connection.execute(
                "INSERT INTO meta.build (build_id, is_simulated, schema_version) VALUES (?, false, ?)",
                [build, warehouse_schema()],
            )
            connection.execute(
                "INSERT INTO core.side_effect (side_effect, side_effect_name) VALUES ('dissociation', 'Dissociation')"
            )
            for row in rows:
                names = ", ".join(row)
                marks = ", ".join("?" * len(row))
                connection.execute(f"INSERT INTO mart.signal_change ({names}) VALUES ({marks})", [*row.values()])
        return home

    return publish


def change(word: str, **more: object) -> dict:
    row = {"subject": "criterion", "change": word, "exposure": "ketamine", "comparator": "rest"}
    row |= {"side_effect": "dissociation", "definition": "label_style", "role_scope": "suspect"}
    return row | {"criterion": "meets_ror", "previous_a": 2, "a": 5, "ror_lower_95": 1.3} | more


def test_what_is_new_and_what_vanished_is_told_in_a_line_each_and_once(published, smtp, http) -> None:
    post, port = smtp
    hook, address = http
    rows = [change("gone", comparator="ssri", a=1, ror_lower_95=0.7), change("new"), change("new", role_scope="any")]
    whole = {"subject": "exposure", "change": "new", "exposure": "arketamine"}
    home = published("b1", [*rows, whole])
    settings = mailing(port, notify_webhook=SecretStr(address), site_url="https://pages.example/")
    hook.answers = [400]
    with pytest.raises(NotificationError):
        tell_changes(home, settings, first_wait_seconds=QUICK)
    assert tell_changes(home, settings) == ("webhook",), "the e-mail is not sent twice"
    assert tell_changes(home, settings) == ()
    told = hook.bodies[-1]
    assert told["subject"] == "2 new, 1 vanished with build b1"
    assert told["lines"][:3] == [
        "new: arketamine as a whole",
        "new: ketamine, Dissociation against the rest, meets_ror (2 -> 5 cases, lower bound of the ROR - -> 1.30)",
        "vanished: ketamine, Dissociation against ssri, meets_ror (2 -> 1 cases, lower bound of the ROR - -> 0.70)",
    ]
    assert told["link"] == "https://pages.example/"
    assert len(post.letters) == 1
    assert tell_changes(published("b2", [change("new")]), settings) == ("email", "webhook")


def test_nothing_is_told_where_nothing_changed(published, smtp) -> None:
    post, port = smtp
    home = published("b1", [])
    assert changes_message(home.published) is None
    assert tell_changes(home, mailing(port)) == ()
    assert tell_changes(Home(Path("nowhere")), mailing(port)) == ()
    assert post.letters == []


def test_the_command_tries_the_settings(smtp, monkeypatch) -> None:
    post, port = smtp
    refused = CliRunner().invoke(app, ["notify", "test"])
    assert isinstance(refused.exception, SettingsError)
    for name, value in {"HOST": "127.0.0.1", "PORT": str(port), "SECURITY": "none", "FROM": "k@w.example"}.items():
        monkeypatch.setenv(f"KETAVIGIL_SMTP_{name}", value)
    monkeypatch.setenv("KETAVIGIL_NOTIFY_EMAIL", "ops@c.example")
    assert CliRunner().invoke(app, ["notify", "test"]).exit_code == 0
    assert [letter.rcpt_tos for letter in post.letters] == [["ops@c.example"]]
