"""What the runtime refuses or cannot go on with: docstrings are the messages, facts say what it was about."""

from engine.domain.errors import RuleViolation


class ProcessFault(RuleViolation):
    """流程无法继续"""

    def __str__(self) -> str:
        facts = "；".join(str(fact) for fact in self.facts.values())
        return f"{self.message()}：{facts}" if facts else self.message()


class DiagramRefused(ProcessFault):
    """流程图或者决策表不能使用"""


class ExpressionRefused(ProcessFault):
    """表达式写法不被允许"""


class ExpressionFailed(ProcessFault):
    """表达式无法计算"""


class ValueRefused(ProcessFault):
    """流程变量的值不被允许"""


class DecisionFailed(ProcessFault):
    """决策表没有得出唯一结果"""


class StateRefused(ProcessFault):
    """流程实例的存储状态无法读取"""


class BeyondThisRelease(StateRefused):
    """该流程实例由较新版本的系统办理，请在升级完成后再试"""


class TaskNotOpen(ProcessFault):
    """该任务不在办理中"""


class MessageNotExpected(ProcessFault):
    """流程实例没有在等待该消息，或者有多处等待而未指明"""


class ConditionsOverlap(ProcessFault):
    """排他网关有多个条件同时成立"""


class NoConditionHolds(ProcessFault):
    """网关没有条件成立，也没有默认流向"""


class BranchesConflict(ProcessFault):
    """并行分支改写了同一变量"""


class MultiInstanceFailed(ProcessFault):
    """多实例任务无法执行"""


class TimerFailed(ProcessFault):
    """定时器的时间无法识别"""


class ErrorNotCaught(ProcessFault):
    """错误没有边界事件处理"""


class StepBudgetExceeded(ProcessFault):
    """流程一次运行的步数超过上限，可能存在没有等待点的循环"""


class StateTooLarge(ProcessFault):
    """流程变量总量超过上限"""
