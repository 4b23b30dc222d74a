"""What can be wrong with a source's answer: codes and the words for people, nothing the source sent."""

from dataclasses import dataclass
from enum import StrEnum


class ProblemCode(StrEnum):
    BODY_TOO_LARGE = "body_too_large"
    BODY_MALFORMED = "body_malformed"
    BATCH_DIFFERS = "batch_differs"
    SOURCE_DIFFERS = "source_differs"
    TIME_MALFORMED = "time_malformed"
    ROW_UNKNOWN = "row_unknown"
    ROW_MISSING = "row_missing"
    ROW_REPEATED = "row_repeated"
    ROW_MALFORMED = "row_malformed"
    STATUS_UNKNOWN = "status_unknown"
    IDENTITY_NOT_ECHOED = "identity_not_echoed"
    IDENTITY_DIFFERS = "identity_differs"
    RECORDS_MISSING = "records_missing"
    RECORDS_UNEXPECTED = "records_unexpected"
    RECORDS_TOO_MANY = "records_too_many"
    FIELD_LEFT_OUT = "field_left_out"
    FIELD_UNKNOWN = "field_unknown"
    VALUE_MALFORMED = "value_malformed"


REMARKS = {
    ProblemCode.BODY_TOO_LARGE: "应答过大",
    ProblemCode.BODY_MALFORMED: "应答无法识别",
    ProblemCode.BATCH_DIFFERS: "应答的批次号与请求不一致",
    ProblemCode.SOURCE_DIFFERS: "应答的反馈单位与请求不一致",
    ProblemCode.TIME_MALFORMED: "应答的反馈时间无法识别",
    ProblemCode.ROW_UNKNOWN: "应答含有未请求的行",
    ProblemCode.ROW_MISSING: "应答缺少该行",
    ProblemCode.ROW_REPEATED: "应答中该行重复",
    ProblemCode.ROW_MALFORMED: "应答中该行无法识别",
    ProblemCode.STATUS_UNKNOWN: "查询状态无法识别",
    ProblemCode.IDENTITY_NOT_ECHOED: "应答未回写姓名和证件号码",
    ProblemCode.IDENTITY_DIFFERS: "应答的姓名或者证件号码与请求不一致",
    ProblemCode.RECORDS_MISSING: "查询状态为查得，但没有记录",
    ProblemCode.RECORDS_UNEXPECTED: "查询状态为查无，但有记录",
    ProblemCode.RECORDS_TOO_MANY: "记录过多",
    ProblemCode.FIELD_LEFT_OUT: "记录缺少字段",
    ProblemCode.FIELD_UNKNOWN: "记录含有目录以外的字段",
    ProblemCode.VALUE_MALFORMED: "记录的值不符合目录规定的类型",
}
MISMATCHES = (ProblemCode.BATCH_DIFFERS, ProblemCode.SOURCE_DIFFERS, ProblemCode.IDENTITY_DIFFERS)


@dataclass(frozen=True)
class Problem:
    """What is wrong with an answer. `row_no` is None when the whole answer or an unasked row is meant."""

    code: ProblemCode
    row_no: int | None = None
    field: str | None = None  # English name in the catalogue

    @property
    def remark(self) -> str:
        return REMARKS[self.code]
