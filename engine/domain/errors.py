"""The tree of errors a rule may raise: a class's docstring is the message, its facts say about what."""


class RuleViolation(Exception):  # noqa: N818 - the name the whole house uses
    """业务规则不允许此操作"""

    def __init__(self, **facts: object) -> None:
        super().__init__(self.message())
        self.facts = facts

    @classmethod
    def message(cls) -> str:
        return (cls.__doc__ or cls.__name__).strip()


class NotFound(RuleViolation):
    """没有找到所指的记录"""


class MaterialsIncomplete(RuleViolation):
    """核对申请材料不合法或者不完整（MZ/T 072-2016 6.1 c）"""


class CommissionDiffers(RuleViolation):
    """同一委托编号已提交过内容不同的核对申请"""


class QueryNotAllowed(RuleViolation):
    """不得查询：对象不在办理中的核对业务内，或者授权未覆盖该数据项（MZ/T 072-2016 5.2 c）"""


class ReviewerMustDiffer(RuleViolation):
    """两次审核不得为同一人（MZ/T 072-2016 6.1 b）"""


class NotWaiting(RuleViolation):
    """该事项已经办理，不能重复办理"""


class ReportIncomplete(RuleViolation):
    """核对报告内容缺项，不能出具（MZ/T 072-2016 附录C）"""


class SerialExhausted(RuleViolation):
    """本月核对报告流水号已用完（MZ/T 072-2016 附录B d）"""


class ReportVoided(RuleViolation):
    """该核对报告已经作废（MZ/T 072-2016 附录B）"""
