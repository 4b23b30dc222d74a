"""The closing report (办结报告) of a case."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ClosingReport:
    """With the four items DB32/T 3319-2017 6.2.3.2 demands: category, number, time, retention.

    `missing` names files that could not be read any more when the case was archived.
    """

    category: str
    number: str
    case_no: str
    commission_no: str
    received_at: str
    issued_at: str
    receipt_at: str
    retention: str
    supersedes: str = ""  # SHA-256 of the package of the same case this one takes the place of
    missing: tuple[str, ...] = ()

    def rows(self) -> tuple[tuple[str, str], ...]:
        always = (
            ("事项类别", self.category),
            ("编号", self.number),
            ("核对编号", self.case_no),
            ("委托编号", self.commission_no),
            ("受理时间", self.received_at),
            ("出具时间", self.issued_at),
            ("办结时间", self.receipt_at),
            ("保管期限", self.retention),
        )
        if_any = (("取代的归档包", self.supersedes), ("缺件", "、".join(self.missing)))
        return always + tuple(row for row in if_any if row[1])

    def text(self) -> str:
        return "办结报告\n\n" + "".join(f"{label}：{value}\n" for label, value in self.rows())
