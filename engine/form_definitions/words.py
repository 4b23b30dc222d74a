"""Every word a form says by itself, in both languages; labels come from the form files."""

from dataclasses import dataclass
from enum import Enum, StrEnum


class Language(StrEnum):
    CHINESE = "zh-CN"
    ENGLISH = "en"


@dataclass(frozen=True)
class Words:
    """One text in Chinese and, where somebody has written it, in English."""

    chinese: str
    english: str | None = None

    def say(self, language: Language = Language.CHINESE) -> str:
        return self.english if language is Language.ENGLISH and self.english else self.chinese


class Word(Enum):
    """The table: name, Chinese, English."""

    FILL_IN = ("请填写{label}", "Enter {label}")
    CHOOSE = ("请选择{label}", "Choose {label}")
    TICK = ("请勾选“{label}”", "Tick “{label}”")
    ENCLOSE = ("请上传{label}", "Upload {label}")
    UNKNOWN = ("不认识的字段", "Unknown field")
    NOT_TEXT = ("应当是文字", "Must be text")
    NOT_PRINTABLE = ("含有不能使用的字符", "Contains characters that cannot be used")
    TOO_LONG = ("不得超过 {most} 字", "At most {most} characters")
    TOO_SHORT = ("不得少于 {fewest} 字", "At least {fewest} characters")
    NOT_NUMBER = ("应当是数字", "Must be a number")
    NOT_WHOLE = ("应当是整数", "Must be a whole number")
    TOO_PRECISE = ("最多 {digits} 位小数", "At most {digits} decimal places")
    TOO_SMALL = ("不得小于 {least}", "Must not be less than {least}")
    TOO_LARGE = ("不得大于 {greatest}", "Must not be greater than {greatest}")
    NOT_OFFERED = ("应当选择给出的一项", "Choose one of the options")
    NOT_FLAG = ("应当是勾选或者不勾选", "Must be ticked or not ticked")
    NOT_DATE = ("应当是日期，如 2026-11-21", "Must be a date such as 2026-11-21")
    NOT_TIME = ("应当是时间，如 09:30", "Must be a time such as 09:30")
    NOT_LIST = ("应当是一个列表", "Must be a list")
    NOT_ROW = ("应当是一个对象", "Must be an object")
    TOO_FEW = ("至少填写 {fewest} 项", "At least {fewest} entries")
    TOO_MANY = ("最多 {most} 项", "At most {most} entries")
    REPEATED = ("有重复的选项", "The same option twice")
    NOT_FILE = ("文件不存在，请重新上传", "The file is missing, please upload it again")
    TOO_MUCH = ("提交的内容过多", "Too much content")
    BAD_RESIDENT_ID = ("居民身份证号码不正确，请核对 18 位号码", "Not a valid resident identity number")
    BAD_USCC = ("统一社会信用代码不正确，请核对 18 位代码", "Not a valid unified social credit code")
    BAD_PHONE = (
        "电话号码不正确，如 13800000000 或者 0519-80000000",
        "Not a valid telephone number, e.g. 0519-80000000",
    )
    BAD_REGION = ("行政区划代码不正确，应当是 6 位数字", "Not a valid region code of six digits")
    BAD_POSTCODE = ("邮政编码不正确，应当是 6 位数字", "Not a valid postcode of six digits")
    BAD_EMAIL = ("电子邮箱地址不正确，如 name@example.cn", "Not a valid e-mail address")
    BAD_REPORT_NUMBER = (
        "核对报告编号不正确，如 第32040020261100001aaf1号",
        "Not a valid report number, e.g. 第32040020261100001aaf1号",
    )
    BAD_MONTH = ("年月不正确，应当如 2026-03", "Not a valid month such as 2026-03")
    IN_FUTURE = ("不得晚于今天", "Must not be after today")
    IN_PAST = ("不得早于今天", "Must not be before today")
    BEFORE_OTHER = ("不得早于{label}", "Must not be before {label}")
    OPTIONAL = ("（选填）", " (optional)")
    ONLY_IF = ("仅当{condition}时填写", "Only if {condition}")
    CHOOSE_ONE = ("请选择", "Choose")
    ADD_ROW = ("添加{label}", "Add {label}")
    DELETE_ROW = ("删除{label} {number}", "Remove {label} {number}")
    ROW = ("{label} {number}", "{label} {number}")
    NO_ROWS = ("还没有填写。", "None yet.")
    DATE_HINT = ("如 2026-11-21", "e.g. 2026-11-21")
    FILE_HINT = (
        "PDF、JPEG 或者 PNG，每个不超过 {most} MB",
        "PDF, JPEG or PNG, at most {most} MB each",
    )
    FILE_KEPT = ("已上传 {name}", "Uploaded: {name}")
    FILE_NUMBER = ("文件 {number}", "File {number}")
    MASKED = ("已隐去部分内容；不改动即保留原内容", "Partly hidden; leave as it is to keep it")
    ERRORS = ("有 {count} 处需要更正", "There are {count} problems")
    ERROR_PREFIX = ("错误：", "Error: ")
    DEFAULT_BUTTON = ("提交", "Submit")
    YES = ("是", "Yes")
    NO = ("否", "No")
    NOTHING = ("未填写", "Not filled in")
    AND = ("并且", " and ")
    OR = ("或者", " or ")
    EQUALS = ("“{label}”为“{value}”", "“{label}” is “{value}”")
    DIFFERS = ("“{label}”不为“{value}”", "“{label}” is not “{value}”")
    BELOW = ("“{label}”小于 {value}", "“{label}” is below {value}")
    ABOVE = ("“{label}”大于 {value}", "“{label}” is above {value}")
    AT_LEAST = ("“{label}”不小于 {value}", "“{label}” is at least {value}")
    AT_MOST = ("“{label}”不大于 {value}", "“{label}” is at most {value}")
    TICKED = ("已勾选“{label}”", "“{label}” is ticked")
    NOT_TICKED = ("未勾选“{label}”", "“{label}” is not ticked")
    FILLED = ("已填写“{label}”", "“{label}” is filled in")
    NOT_FILLED = ("未填写“{label}”", "“{label}” is empty")

    def say(self, language: Language = Language.CHINESE, **facts: object) -> str:
        return Words(*self.value).say(language).format(**facts)
