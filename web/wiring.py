"""Settings to adapters to platform: the only module that names an adapter."""

from collections.abc import Callable, Mapping

from adapters.clock import SystemClock
from adapters.documents.cleaning import clean_file
from adapters.documents.files import FileStore
from adapters.queue.in_process import Bell
from adapters.queue.redis_queue import RqWakeUp
from adapters.report.fonts import prepare_fonts
from adapters.report.renderer import PdfkitRenderer
from adapters.report.seal import SealUnreadable, check_picture
from adapters.report.stamping import Stamps
from adapters.signature.device import DevicePlace, open_device
from adapters.signature.key_file import open_key_file
from adapters.signature.keys import KeyProblem, SigningKey
from adapters.signature.signer import ReportSigner
from adapters.signature.sm import open_sm2_key
from adapters.signature.trial import make_trial_key
from adapters.signature.trusted import TrustedCertificates
from adapters.sources.catalogue import load_catalogue, load_terms
from adapters.sources.http import HttpSource
from adapters.units.webhooks import WebhookClient
from adapters.vault.ciphers import CipherName
from adapters.vault.key_file import KeyFile, KeyFileError
from adapters.vault.notary import FileNotary
from adapters.vault.vault import KeyVault
from engine.domain.catalogue import Catalogue
from engine.form_definitions import code_lists_of, load_forms
from engine.paper_definitions import load_papers
from engine.platform import Organisation, Platform, RetryPolicy
from engine.ports import DataSource, Notary, Signer
from engine.runtime import load_definitions, read_package
from web.environment import SettingError
from web.report_settings import KEY_SETTINGS, ReportSettings
from web.settings import Settings

__all__ = ["build_platform", "catalogue_of", "clean_file", "known_catalogue", "open_keys", "pause_of"]

REPORTS_AT_ONCE = 16  # those that wait together are printed by one run of the program
CALLBACKS_AT_ONCE = 8
UNIT_ATTEMPTS = 30  # with the longest delay of an hour: more than a day
HOUSE_ATTEMPTS = 8


def build_platform(settings: Settings) -> Platform:
    terms = load_terms()
    fonts = prepare_fonts(settings.font_dir, settings.data_dir / "fonts", settings.site_face)
    limits = {f"source:{code}": agreed.limit for code, agreed in terms.items()}
    keys = open_keys(settings)
    vault = KeyVault(keys, CipherName(settings.cipher))
    catalogue = known_catalogue()
    renderer = PdfkitRenderer(fonts, settings.organisation_name, _stamps(settings))
    return Platform(
        organisation=Organisation(
            settings.organisation_name,
            settings.region_code,
            settings.report_title,
            settings.legal_basis,
            settings.handler,
            retention="永久",
            check_page=f"{settings.reports.public_url}/public/report",
        ),
        catalogue=catalogue,
        definitions=load_definitions(read_package("processes", "forms")),
        forms=load_forms("forms", code_lists_of(catalogue)),
        sources=_sources(settings),
        papers=load_papers("forms"),
        renderer=renderer,
        printer=renderer,
        signer=open_signer(settings),
        units=WebhookClient(settings.callback_timeout),
        documents=FileStore(settings.data_dir / "documents", vault),
        vault=vault,
        notary=open_notary(settings),
        wake_up=RqWakeUp(settings.redis_url) if settings.redis_url else Bell(),
        clock=SystemClock(),
        source_retry=_retry(settings, settings.source_attempts),
        unit_retry=_retry(settings, UNIT_ATTEMPTS),
        house_retry=_retry(settings, HOUSE_ATTEMPTS),
        lane_limits={**limits, "report": REPORTS_AT_ONCE, "unit": CALLBACKS_AT_ONCE},
        anchor_every=settings.anchor_every,
        download_life=settings.reports.download_life,
        cleaning_after=settings.reports.cleaning_after,
    )


def known_catalogue() -> Catalogue:
    return load_catalogue()


def open_keys(settings: Settings) -> KeyFile:
    """A file that was named must be there; our own is made at the first start. Raises SettingError."""
    file = KeyFile(settings.keys_file or settings.data_dir / "keys.json")
    if settings.keys_file is None:
        file.make_if_missing("sm3" if settings.cipher == CipherName.SM4_GCM else "sha-256")
    try:
        file.read()
    except KeyFileError as error:
        raise SettingError("HEDUI_KEYS_FILE", f"{file.path} {error}") from error
    return file


def open_notary(settings: Settings) -> Notary:
    return FileNotary(open_keys(settings), settings.anchor_dir)


def catalogue_of() -> Catalogue:
    """For the sandbox, which answers by the same catalogue."""
    return load_catalogue()


def pause_of(platform: Platform) -> Callable[[float], None]:
    """How an embedded worker waits: until the bell rings or the seconds are over."""
    if isinstance(platform.wake_up, Bell):
        return platform.wake_up.wait
    return Bell().wait


def _stamps(settings: Settings) -> Stamps:
    """Raises SettingError."""
    stamps = Stamps(settings.reports.seal_image, settings.reports.handler_image)
    for name, picture in (("HEDUI_SEAL_IMAGE", stamps.seal), ("HEDUI_HANDLER_IMAGE", stamps.handler)):
        try:
            check_picture(picture)
        except SealUnreadable as error:
            raise SettingError(name, str(error)) from error
    return stamps


def open_signer(settings: Settings) -> Signer:
    """Raises SettingError."""
    folder = settings.data_dir / "signing"
    trusted = TrustedCertificates(folder / "trusted")
    try:
        key = _site_key(settings.reports)
        beside = open_sm2_key(settings.reports.sm2_key) if settings.reports.sm2_key else None
    except KeyProblem as problem:
        raise SettingError(KEY_SETTINGS[problem.part.value], problem.rule) from problem
    if key is None:  # what it has signed is forgotten as soon as there is a real certificate
        key = open_key_file(make_trial_key(folder, SystemClock().now()), "", SystemClock().now())
    else:
        trusted.remember(key.identity)
    return ReportSigner(key, trusted, beside)


def _site_key(reports: ReportSettings) -> SigningKey | None:
    """None: the site has named no key. Raises KeyProblem."""
    if reports.signing_file:
        return open_key_file(reports.signing_file, reports.signing_password, SystemClock().now())
    if reports.pkcs11_module:
        place = DevicePlace(
            reports.pkcs11_module, reports.pkcs11_token, reports.pkcs11_label, reports.pkcs11_pin
        )
        return open_device(place, SystemClock().now())
    return None


def _sources(settings: Settings) -> Mapping[str, DataSource]:
    """A department is data: one connector class, one address and token each."""
    if settings.sources_url is None:
        return {}
    return {
        code: HttpSource(
            f"{settings.sources_url.rstrip('/')}/{code}", settings.sources_token, agreed.timeout_seconds
        )
        for code, agreed in load_terms().items()
    }


def _retry(settings: Settings, attempts: int) -> RetryPolicy:
    return RetryPolicy(attempts, settings.retry_first, settings.retry_longest, settings.lease)
