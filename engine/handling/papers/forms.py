"""Forms to fill in by hand (DB32/T 3319-2017 6.2.1.2), and what a paper looks like with invented values."""

from dataclasses import dataclass

from engine.domain.errors import NotFound
from engine.paper_definitions import REPORT, compose, compose_sample, sample_values
from engine.platform import Platform
from engine.ports import Sheet
from engine.service_tasks.papers.values import house_values, service_values

# Handed out beforehand; in a case they are printed with what is known already.
FORMS = ("one_time_notice", "commission_letter", "authorisation_letter", "recheck_application")


@dataclass(frozen=True)
class PaperKind:
    key: str
    title: str
    title_en: str
    is_form: bool


def paper_kinds(platform: Platform) -> tuple[PaperKind, ...]:
    """All that can be printed without a case: the forms first. The report has a sample of its own."""
    keys = [*FORMS, *(key for key in platform.papers if key not in (*FORMS, REPORT))]
    papers = (platform.papers[key] for key in keys)
    return tuple(PaperKind(paper.key, paper.title, paper.title_en, paper.key in FORMS) for paper in papers)


def blank_form(platform: Platform, key: str, service: str | None) -> Sheet:
    """For a service where one is named. Raises NotFound."""
    if key not in FORMS or (service is not None and service not in platform.catalogue.services):
        raise NotFound(paper=key)
    values = house_values(platform) if service is None else service_values(platform, service)
    return compose(platform.papers[key], values, platform.clock.now(), is_sealed=False)


def sample_of(platform: Platform, key: str) -> Sheet:
    """Raises NotFound."""
    if key not in platform.papers or key == REPORT:
        raise NotFound(paper=key)
    return compose_sample(platform.papers[key], sample_values(), platform.clock.now())
