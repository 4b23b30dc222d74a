"""Chinese words for codes that stand on pages and in archive packages alike."""

from collections.abc import Mapping

ARRIVED: Mapping[str, str] = {
    "receipt": "收到报告回执",
    "unit_instruction": "收到对中止的要求",
    "resubmission": "收到重新提交的材料",
}
INSTRUCTIONS: Mapping[str, str] = {
    "continue": "继续核对",
    "supplement": "补充材料后继续核对",
    "withdraw": "撤回核对申请",
}
NATURES: Mapping[str, str] = {"f": "首次核对", "s": "第一次复核", "t": "第二次复核"}  # MZ/T 072-2016 附录B f)
REPORT_STATES: Mapping[str, str] = {
    "numbered": "已编号",
    "rendered": "已制作",
    "delivered": "已发送",
    "received": "已收到回执",
    "voided": "已作废",
}
DOCUMENT_KINDS: Mapping[str, str] = {
    "scan": "递交材料",
    "report": "核对报告",
    "return_notice": "退回通知书",
    "supplement_notice": "补正通知书",
    "archive": "归档包",
    "attachment": "备注附件",
    "authorisation": "核对授权书",
    "commission_letter": "核对委托书",
    "declaration": "经济状况申报材料",
    "identity_copy": "身份证件复印件",
    "instruction": "委托单位来函",
    "peer_request": "其他核对机构的申请",
    "recheck_application": "复核申请表",
    "supplement": "补充材料",
}
RELEASES: Mapping[str, str] = {"delivered": "发送", "downloaded": "委托单位下载", "printed": "打印"}
ROLES: Mapping[str, str] = {"member": "家庭成员", "supporter": "赡养、抚养、扶养义务人"}


def said(words: Mapping[str, str], code: str) -> str:
    """What has no word is shown as it is."""
    return words.get(code, code)
