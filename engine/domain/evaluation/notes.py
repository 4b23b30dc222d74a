"""The sentences the report prints beside the result: neutral, without names and without judgment."""

from collections.abc import Iterator

from engine.domain.evaluation.assessment import Assessment
from engine.domain.evaluation.case import Case
from engine.domain.evaluation.ledger import DECLARATION, Line
from engine.domain.evaluation.window import full_months
from engine.domain.result import Band

BANDS = {
    Band.BELOW: "月人均收入低于当地标准。",
    Band.EDGE: "月人均收入不低于当地标准，低于当地规定的边缘家庭标准。",
    Band.ABOVE: "月人均收入不低于当地规定的边缘家庭标准。",
}
RIGID = ("income_per_capita_year", "rigid_remainder")


def notes_of(case: Case, result: Assessment) -> tuple[str, ...]:
    return tuple(note for write in WRITERS for note in write(case, result))


def _window(case: Case, result: Assessment) -> Iterator[str]:
    """D6, R2."""
    as_of, wanted = case.letter.property_as_of, case.parameters.income_window_months
    if not case.months:
        yield f"核对期间不含完整的月份，不能计算月人均收入；财产信息截至 {as_of.isoformat()}。"
        return
    yield f"收入按 {case.months[0]} 至 {case.months[-1]} 计算，财产信息截至 {as_of.isoformat()}。"
    given = full_months(case.letter.period)
    if given < wanted:
        yield f"当地规定的收入计算期为 {wanted} 个月，核对期间只有 {given} 个完整月份，按核对期间计算。"
    elif given > wanted:
        yield f"核对期间为 {given} 个完整月份，按当地规定取最后 {wanted} 个月计算收入。"


def _band(case: Case, result: Assessment) -> Iterator[str]:
    sheet = result.sheet("per_capita_month")
    if sheet is not None and result.band in BANDS:
        unverified = "其中含申报或者推算的数额。" if _has_soft_income(result) else ""
        yield BANDS[result.band] + unverified


def _has_soft_income(result: Assessment) -> bool:
    codes = ("wage_income", "business_income", "property_income", "transfer_income", "support_income")
    sheets = (result.sheet(code) for code in codes)
    return any(sheet.is_unverified for sheet in sheets if sheet is not None)


def _rigid(case: Case, result: Assessment) -> Iterator[str]:
    ratio = result.sheet("rigid_ratio")
    if ratio is not None and ratio.value is not None:
        limit = case.parameters.rigid_ratio
        reached = "达到" if ratio.value >= limit else "未达到"
        yield f"必要支出占收入的比例为 {ratio.value:f}，{reached}当地规定的 {limit:f}。"


def _persons(case: Case, result: Assessment) -> Iterator[str]:
    left_out = sum(not line.counted for line in case.head_count.lines)
    if left_out:
        yield f"有 {left_out} 名申请材料所列成员未计入家庭人口，原因见计算明细。"


def _unanswered(case: Case, result: Assessment) -> Iterator[str]:
    items = sorted(
        {line.item or "" for line in _lines(result) if line.counted and line.amount is None} - {""}
    )
    if items:
        yield f"下列数据项未获得完整的数据，不作为零，相关结果为无法确定：{'、'.join(items)}。"


def _estimated(case: Case, result: Assessment) -> Iterator[str]:
    reasons = sorted(
        {line.reason for line in _lines(result) if line.counted and line.item and line.reason and line.amount}
    )
    if reasons:
        yield f"下列数额为推算，不能单独据以得出超过标准的结果：{'；'.join(reasons)}。"


def _declared(case: Case, result: Assessment) -> Iterator[str]:
    if any(line.counted and line.amount and line.source == DECLARATION for line in _lines(result)):
        yield "没有部门数据的部分按申报计算，未经核实，不能单独据以得出超过标准的结果。"


def _exempt(case: Case, result: Assessment) -> Iterator[str]:
    sheet = result.sheet("exempt_income")
    if sheet is not None and sheet.value:
        yield f"按当地规定不计入家庭收入的项目合计 {sheet.value:f} 元。"


def _support(case: Case, result: Assessment) -> Iterator[str]:
    sheet = result.sheet("support_income")
    if sheet is not None and sheet.lines:
        yield "赡养、抚养、扶养收入按协议、判决或者当地规定的办法计算，见计算明细。"


def _deeming(case: Case, result: Assessment) -> Iterator[str]:
    if result.sheet("per_capita_month") is None:
        return
    if case.parameters.deeming_enabled:
        yield "当地允许推定收入；推定收入须由核证人员逐案确认，本结果未计入推定收入。"
    else:
        yield "未采用推定收入。"


def _repeated(case: Case, result: Assessment) -> Iterator[str]:
    number = sum("（D2）" in line.reason for line in _lines(result))
    if number:
        yield f"有 {number} 条重复的记录只计算一次，见计算明细。"


def _lines(result: Assessment) -> Iterator[Line]:
    return (line for sheet in result.sheets for line in sheet.lines)


WRITERS = (
    _window,
    _band,
    _rigid,
    _persons,
    _unanswered,
    _estimated,
    _declared,
    _exempt,
    _support,
    _deeming,
    _repeated,
)
