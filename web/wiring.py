"""Settings to adapters to platform: the only module that names an adapter."""

from collections.abc import Callable, Mapping

from adapters.clock import SystemClock
from adapters.documents.cleaning import clean_file
from adapters.documents.files import FileStore
from adapters.queue.in_process import Bell
from adapters.queue.redis_queue import RqWakeUp
from adapters.report.fonts import prepare_fonts
from adapters.report.renderer import PdfkitRenderer
from adapters.sources.catalogue import load_catalogue, load_terms
from adapters.sources.http import HttpSource
from adapters.units.webhooks import WebhookClient
from adapters.vault.ciphers import CipherName
from adapters.vault.key_file import KeyFile, KeyFileError
from adapters.vault.notary import FileNotary
from adapters.vault.vault import KeyVault
from engine.domain.catalogue import Catalogue
from engine.form_definitions import code_lists_of, load_forms
from engine.platform import Organisation, Platform, RetryPolicy
from engine.ports import DataSource
from engine.runtime import load_definitions, read_package
from web.settings import SettingError, Settings

__all__ = ["build_platform", "catalogue_of", "clean_file", "known_catalogue", "open_keys", "pause_of"]

REPORTS_AT_ONCE = 2
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
    return Platform(
        organisation=Organisation(
            settings.organisation_name,
            settings.region_code,
            settings.report_title,
            settings.legal_basis,
            settings.handler,
            retention="永久",
        ),
        catalogue=catalogue,
        definitions=load_definitions(read_package("processes")),
        forms=load_forms("forms", code_lists_of(catalogue)),
        sources=_sources(settings),
        renderer=PdfkitRenderer(fonts),
        units=WebhookClient(settings.callback_timeout),
        documents=FileStore(settings.data_dir / "documents", vault),
        vault=vault,
        notary=FileNotary(keys, settings.anchor_dir),
        wake_up=RqWakeUp(settings.redis_url) if settings.redis_url else Bell(),
        clock=SystemClock(),
        source_retry=_retry(settings, settings.source_attempts),
        unit_retry=_retry(settings, UNIT_ATTEMPTS),
        house_retry=_retry(settings, HOUSE_ATTEMPTS),
        lane_limits={**limits, "report": REPORTS_AT_ONCE, "unit": CALLBACKS_AT_ONCE},
        anchor_every=settings.anchor_every,
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


def catalogue_of() -> Catalogue:
    """For the sandbox, which answers by the same catalogue."""
    return load_catalogue()


def pause_of(platform: Platform) -> Callable[[float], None]:
    """How an embedded worker waits: until the bell rings or the seconds are over."""
    if isinstance(platform.wake_up, Bell):
        return platform.wake_up.wait
    return Bell().wait


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
