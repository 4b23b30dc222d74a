"""Chinese words for the codes a case carries; what has no word is shown as it is."""

from collections.abc import Mapping

from engine.domain.case_words import ARRIVED as ARRIVED
from engine.domain.case_words import DOCUMENT_KINDS as DOCUMENT_KINDS
from engine.domain.case_words import INSTRUCTIONS as INSTRUCTIONS
from engine.domain.case_words import NATURES as NATURES
from engine.domain.case_words import REPORT_STATES as REPORT_STATES
from engine.domain.case_words import said as said
from engine.store.cases import CaseState

STATES: Mapping[str, str] = {
    CaseState.RECEIVED: "已收件",
    CaseState.ACCEPTED: "办理中",
    CaseState.RETURNED: "已退回",
    CaseState.SUSPENDED: "已中止",
    CaseState.WITHDRAWN: "已撤回",
    CaseState.ISSUED: "已出具报告",
    CaseState.CLOSED: "已办结",
}
CHANNELS: Mapping[str, str] = {
    "manual": "人工递交",
    "system": "系统提交",
    "automatic": "系统自动办理",
    "peer": "其他核对机构",
}
MESSAGES: Mapping[str, str] = {
    "receipt": "委托单位的报告回执",
    "unit_instruction": "委托单位对中止的要求",
    "resubmission": "委托单位重新提交的材料",
}
OUTSIDE_WORK: Mapping[str, str] = {
    "query_source": "查询信息共享单位",
    "render_report": "制作核对报告",
    "deliver_report": "向委托单位发送核对报告",
    "notify_suspension": "告知委托单位中止",
    "send_return": "向委托单位发送退回通知",
    "return_application": "向委托单位发送退回通知",
    "refuse_recheck": "向委托单位发送不予复核通知",
    "feed_back_results": "向其他核对机构反馈结果",
    "archive_case": "归档",
    "announce_void": "告知委托单位报告作废",
}
FIELD_KINDS: Mapping[str, str] = {"id_number": "证件号码", "amount": "金额"}
# What of the audit log stands in the timeline; the rest is told by the steps and tasks themselves.
EVENTS: Mapping[str, str] = {
    "commission_received": "收到核对申请",
    "material_resubmitted": "收到重新提交的材料",
    "query_refused": "有数据项未获授权，没有查询",
    "query_failed": "查询多次尝试未成",
    "verification_suspended": "中止核对",
    "verification_resumed": "恢复办理",
    "deadline_near": "办理期限将至",
    "deadline_passed": "办理期限届满，报请督办",
    "report_numbered": "取得核对报告编号",
    "report_voided": "核对报告作废",
    "task_transferred": "转办事项",
    "task_suspended": "挂起事项",
    "task_resumed": "恢复事项",
}
ACCESS: Mapping[str, str] = {
    "case_opened": "打开案卷",
    "document_opened": "打开文件",
    "unmasked": "查看完整信息",
    "comment_added": "添加备注",
    "report_printed": "打印核对报告",
    "report_downloaded": "下载核对报告",
    "report_checked": "公开查验",
    "paper_printed": "打印文书",
}
