"""What an incident is about and why, in words for the post that must decide."""

from collections.abc import Mapping

WORK: Mapping[str, str] = {
    "query_source": "查询信息共享单位",
    "notify_suspension": "告知委托单位中止",
    "send_return": "退回核对申请",
    "render_report": "生成核对报告",
    "deliver_report": "发送核对报告",
    "feed_back_results": "反馈核对结果",
    "archive_case": "归档",
    "close_returned": "办结退回的申请",
    "refuse_recheck": "答复复核申请",
    "end_recheck": "办结复核",
    "announce_void": "告知委托单位报告作废",
}
CAUSES: Mapping[str, str] = {
    "timeout": "对方没有在约定时间内答复",
    "unreachable": "连接不上对方",
    "http_4": "对方拒绝了请求，应当联系对方",
    "http_5": "对方系统故障",
    "address_invalid": "回调地址无效",
    "redirect_refused": "对方地址已变更，应当重新登记",
    "answer_too_large": "对方的答复过大",
    "encoding_refused": "对方答复的编码不能读取",
    "query_refused": "对方不接受这项查询",
    "source_unknown": "没有配置这个信息共享单位",
    "document_damaged": "保存的文件已损坏",
    "document_missing": "保存的文件找不到",
    "document_": "文件暂时不能读写",
    "glyph_missing": "报告里有字库没有的字",
    "render_timeout": "生成报告超时",
    "render_": "生成报告失败",
    "seal_place_missing": "报告模板里没有盖章的位置",
    "page_count_missing": "报告模板里没有写页数的位置",
    "page_fetches": "文书模板引用了外部内容",
    "template_faulty": "文书模板有错误，应当报告系统管理岗",
    "signing_key_away": "签名密钥暂时不可用",
    "certificate_expired": "签名证书已过期，应当报告系统管理岗",
    "pdf_unsuitable": "生成的文件不能签名",
    "signature_unsound": "签名后的检查没有通过",
    "layout_": "报告版式不符",
    "pages_unsettled": "报告页数不能确定",
    "worker_lost": "处理这项工作的程序多次中断",
    "element:": "流程的一步不能完成",
    "waits_for_nothing": "流程没有在等待任何事项",
    "case_is_over": "核对业务已经结束",
    "anchors_": "审计记录的副本不能读写",
    "unexpected_": "程序错误，应当报告系统管理岗",
}


def say_work(what: str) -> str:
    """An operation in words; an element or process by its own id."""
    return WORK.get(what, what)


def say_cause(code: str) -> str:
    """By the longest beginning that is known; the code itself is shown beside it."""
    known = [start for start in CAUSES if code.startswith(start)]
    return CAUSES[max(known, key=len)] if known else "原因不明"
