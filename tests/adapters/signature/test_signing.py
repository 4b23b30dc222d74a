"""A signed report is what other programs take for a certified PDF, and the same whenever it is repeated."""

import io
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pikepdf
import pytest
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.status import SignatureCoverageLevel

from adapters.signature.container import compose
from adapters.signature.key_file import open_key_file
from adapters.signature.keys import Identity
from adapters.signature.signer import ReportSigner
from adapters.signature.trial import ROOT, SIGNER, make_trial_key
from adapters.signature.trusted import TrustedCertificates
from engine.ports import Genuineness, PermanentFailure, TemporaryFailure
from tests.adapters.signature import witness
from tests.adapters.signature.papers import a_modern_pdf, a_pdf, saved_anew, without_id
from tests.adapters.signature.sites import NOW, PASSWORD, a_site

KINDS = {"table": a_pdf, "streams": a_modern_pdf, "large": lambda: a_modern_pdf(400_000), "no id": without_id}


@pytest.mark.clause("M 5.2 d", "M E.2")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("at", [NOW, NOW.astimezone(timezone(timedelta(hours=8)))], ids=["UTC", "Shanghai"])
def test_another_program_finds_a_valid_certification_of_the_whole_file(
    signer: ReportSigner, kind: str, at: datetime
) -> None:
    content = signer.sign(KINDS[kind](), at).content

    status = witness.validated(content)
    assert status.bottom_line
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert status.signer_reported_dt == NOW
    assert signer.examine(content) is Genuineness.GENUINE


def test_a_signature_by_rsa_is_found_valid_too(rsa_signer: ReportSigner) -> None:
    content = rsa_signer.sign(a_pdf(), NOW).content

    status = witness.validated(content)
    assert status.valid
    assert status.intact
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert rsa_signer.examine(content) is Genuineness.GENUINE


@pytest.mark.clause("M 5.2 d")
def test_a_second_program_finds_the_whole_file_signed(any_signer: ReportSigner, tmp_path: Path) -> None:
    """Poppler, which has its cryptography from NSS; the root is not among those it trusts."""
    path = tmp_path / "report.pdf"
    path.write_bytes(any_signer.sign(a_modern_pdf(), NOW).content)

    said = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=True).stdout

    assert "Signature Validation: Signature is Valid." in said
    assert "Total document signed" in said
    assert "Signature Type: ETSI.CAdES.detached" in said
    assert "Signature #2" not in said


@pytest.mark.clause("M 5.2 d")
def test_the_signature_forbids_every_change(signer: ReportSigner) -> None:
    content = signer.sign(a_modern_pdf(), NOW).content

    (signature,) = witness.embedded(content)
    assert signature.docmdp_level is MDPPerm.NO_CHANGES
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert pdf.Root.Perms.DocMDP.Type == "/Sig"


def test_the_signature_is_not_seen_on_any_page(signer: ReportSigner) -> None:
    content = signer.sign(a_pdf(), NOW).content

    with pikepdf.open(io.BytesIO(content)) as pdf:
        (field,) = pdf.Root.AcroForm.Fields
        assert [float(side) for side in field.Rect] == [0, 0, 0, 0]
        assert "/AP" not in field


def test_the_certificates_up_to_the_root_go_into_the_file(signer: ReportSigner) -> None:
    content = signer.sign(a_pdf(), NOW).content

    (signature,) = witness.embedded(content)
    assert witness.subjects([signature.signer_cert, *signature.other_embedded_certs]) == {SIGNER, ROOT}


def test_what_the_report_says_of_itself_is_left_alone(signer: ReportSigner) -> None:
    before = a_modern_pdf()

    content = signer.sign(before, NOW).content

    assert content.startswith(before)
    with pikepdf.open(io.BytesIO(before)) as old, pikepdf.open(io.BytesIO(content)) as new:
        assert new.docinfo == old.docinfo
        assert new.Root.Metadata.read_bytes() == old.Root.Metadata.read_bytes()
        assert len(new.pages) == len(old.pages)


@pytest.mark.parametrize("kind", KINDS)
def test_signing_again_gives_the_same_bytes(any_signer: ReportSigner, kind: str) -> None:
    first = any_signer.sign(KINDS[kind](), NOW)

    again = any_signer.sign(KINDS[kind](), NOW)

    assert again == first


def test_another_process_with_the_same_key_gives_the_same_bytes(
    signer: ReportSigner, signing_folder: Path
) -> None:
    other_key = open_key_file(make_trial_key(signing_folder, NOW + timedelta(days=1)), "", NOW)
    other = ReportSigner(other_key, TrustedCertificates(signing_folder / "trusted"))

    assert other.sign(a_pdf(), NOW) == signer.sign(a_pdf(), NOW)


def test_reports_and_times_that_differ_are_signed_differently(signer: ReportSigner) -> None:
    contents = {
        signer.sign(a_pdf(), NOW).content,
        signer.sign(a_pdf(), NOW + timedelta(seconds=1)).content,
        signer.sign(a_pdf(3), NOW).content,
    }

    assert len(contents) == 3


def test_many_threads_may_sign_at_once(any_signer: ReportSigner) -> None:
    papers = [a_pdf(pages) for pages in range(1, 5)]
    expected = [any_signer.sign(paper, NOW) for paper in papers]
    together = threading.Barrier(4)

    def sign_all(turn: int) -> list[bool]:
        together.wait(timeout=20)
        order = papers[turn:] + papers[:turn]
        wanted = expected[turn:] + expected[:turn]
        return [any_signer.sign(paper, NOW) == known for paper, known in zip(order, wanted, strict=True)]

    with ThreadPoolExecutor(4) as pool:
        results = [result for results in pool.map(sign_all, range(4)) for result in results]

    assert results == [True] * 16


@pytest.mark.parametrize("kind", ["p256", "rsa2048"])
def test_the_container_is_the_one_another_program_writes(kind: str) -> None:
    site, digest = a_site(kind), bytes(range(32))
    identity = Identity(site.certificate, (site.authority,))

    container = compose(identity, digest, b"signature")

    assert container == witness.composed(identity, digest, b"signature")


def test_the_signer_is_named_as_in_its_certificate(rsa_signer: ReportSigner) -> None:
    assert rsa_signer.sign(a_pdf(), NOW).signer == "甲市居民家庭经济状况核对中心"


def test_a_file_that_is_signed_already_is_refused(signer: ReportSigner, signed: bytes) -> None:
    with pytest.raises(PermanentFailure, match="pdf_unsuitable"):
        signer.sign(signed, NOW)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7\n",
        a_pdf()[:200],
        saved_anew(a_pdf(), encryption=pikepdf.Encryption(owner="o", user="")),
    ],
    ids=["nothing", "head only", "torn", "encrypted"],
)
def test_what_is_no_complete_pdf_is_refused(signer: ReportSigner, content: bytes) -> None:
    with pytest.raises(PermanentFailure, match="pdf_unsuitable"):
        signer.sign(content, NOW)


def test_with_a_certificate_that_has_run_out_nothing_is_signed(tmp_path: Path) -> None:
    key = open_key_file(a_site().bundle(tmp_path), PASSWORD, NOW)
    signer = ReportSigner(key, TrustedCertificates(tmp_path / "trusted"))

    with pytest.raises(TemporaryFailure, match="certificate_expired"):
        signer.sign(a_pdf(), NOW + timedelta(days=366))


def test_work_from_before_the_certificate_is_signed_from_its_first_day_on(tmp_path: Path) -> None:
    key = open_key_file(a_site().bundle(tmp_path), PASSWORD, NOW)
    signer = ReportSigner(key, TrustedCertificates(tmp_path / "trusted"))

    content = signer.sign(a_pdf(), datetime(2020, 1, 1, tzinfo=UTC)).content

    (signature,) = witness.embedded(content)
    assert signature.self_reported_timestamp == NOW - timedelta(days=30)
    assert signer.examine(content) is Genuineness.GENUINE


def test_a_device_that_computes_wrongly_lets_nothing_out(tmp_path: Path) -> None:
    right = open_key_file(a_site().bundle(tmp_path), PASSWORD, NOW)

    class Faulty:
        identity = right.identity

        def sign(self, message: bytes) -> bytes:
            return right.sign(message + b"?")

    signer = ReportSigner(Faulty(), TrustedCertificates(tmp_path / "trusted"))

    with pytest.raises(PermanentFailure, match="signature_unsound"):
        signer.sign(a_pdf(), NOW)
