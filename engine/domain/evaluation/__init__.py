"""The evaluation of a household (MZ/T 072-2016 6.3 a): rules R1-R19 and D1-D6 as pure functions.

It reports and compares; it never says who is eligible, scores nobody and has no consequence of its own.
"""

from datetime import date

from engine.domain.commission import Commission
from engine.domain.evaluation.assessment import assess
from engine.domain.evaluation.canonical import digest
from engine.domain.evaluation.case import open_case
from engine.domain.evaluation.contradictions import find_contradictions
from engine.domain.evaluation.differences import find_differences, find_unverified
from engine.domain.evaluation.notes import notes_of
from engine.domain.evaluation.overview import overview_of
from engine.domain.findings import Findings
from engine.domain.parameters import LocalParameters
from engine.domain.result import Evaluation

__all__ = ["evaluate"]


def evaluate(
    commission: Commission, findings: Findings, parameters: LocalParameters, today: date
) -> Evaluation:
    """The same inputs give the same evaluation, whatever order the answers came in.

    Raises MaterialsIncomplete when the commission has no letter.
    """
    case = open_case(commission, findings, parameters, today)
    result = assess(case)
    doubts = (
        *find_differences(case, result),
        *find_contradictions(case, result),
        *find_unverified(result),
    )
    return Evaluation(
        tests=result.tests,
        band=result.band,
        overview=overview_of(case, result),
        figures=tuple(sheet.figure() for sheet in result.sheets),
        doubts=doubts,
        notes=notes_of(case, result),
        parameters_version=parameters.version,
        inputs_digest=digest(case.commission, case.sources.findings, parameters, today),
    )
