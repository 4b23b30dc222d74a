"""The test authority: one for all processes, readable for nobody else, and it says what it is."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from adapters.signature.key_file import FileKey, open_key_file
from adapters.signature.keys import KeyProblem
from adapters.signature.trial import LIFE, make_trial_key
from tests.adapters.signature.sites import NOW

START = """
import sys
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from adapters.signature.trial import make_trial_key
folder = Path(sys.argv[1])
sys.stdin.read()
sys.stdout.write(sha256(make_trial_key(folder, datetime(2026, 11, 22, tzinfo=UTC)).read_bytes()).hexdigest())
"""


def test_both_certificates_say_that_they_are_for_tests(key: FileKey) -> None:
    for certificate in (key.identity.certificate, *key.identity.chain):
        subject = certificate.subject.rfc4514_string()
        assert "测试" in subject
        assert "TEST" in subject
        assert "无法律效力" in subject


def test_the_name_of_the_signer_says_so_too(key: FileKey) -> None:
    assert key.identity.name == "核对平台测试签名 TEST"


def test_the_signing_certificate_is_issued_by_the_root_and_may_issue_none(key: FileKey) -> None:
    (root,) = key.identity.chain
    certificate = key.identity.certificate

    certificate.verify_directly_issued_by(root)
    root.verify_directly_issued_by(root)
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_it_is_valid_for_ten_years(key: FileKey, tmp_path: Path) -> None:
    assert key.identity.certificate.not_valid_after_utc == NOW + LIFE
    path = make_trial_key(tmp_path, NOW)

    assert open_key_file(path, "", NOW + timedelta(days=3650))
    with pytest.raises(KeyProblem, match="only"):
        open_key_file(path, "", NOW + timedelta(days=3654))


def test_nobody_else_may_read_the_file(tmp_path: Path) -> None:
    path = make_trial_key(tmp_path / "signing", NOW)

    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert os.listdir(path.parent) == [path.name]


def test_it_is_made_once(tmp_path: Path) -> None:
    first = make_trial_key(tmp_path, NOW).read_bytes()

    assert make_trial_key(tmp_path, NOW + timedelta(days=1)).read_bytes() == first


def test_processes_that_start_together_use_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "signing"
    command = [sys.executable, "-c", START, str(folder)]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(6)
    ]

    for process in processes:
        assert process.stdin
        process.stdin.close()
    digests = [process.stdout.read() for process in processes if process.stdout]

    assert [process.wait() for process in processes] == [0] * 6
    for process in processes:
        assert process.stdout
        process.stdout.close()
    assert len(set(digests)) == 1
    assert len(digests[0]) == 64
    assert len(os.listdir(folder)) == 1
