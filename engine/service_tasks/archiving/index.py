"""目录.html: the case in Chinese, a link to every file, the calculation and the history as tables."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from engine.domain.archive import ClosingReport
from engine.domain.archive.calculation import Names, calculation_section
from engine.domain.archive.page import Link, Number, Row, Section, Table, write_page
from engine.domain.case_words import DOCUMENT_KINDS, NATURES, RELEASES, REPORT_STATES, ROLES, said
from engine.domain.report_text import print_moment
from engine.platform import Platform
from engine.service_tasks.archiving.course import course_table
from engine.service_tasks.archiving.data_files import (
    answer_stem,
    commission_path,
    definition_paths,
    evaluation_path,
    limits_path,
    receipt_path,
)
from engine.service_tasks.archiving.record import CaseRecord, OpenedReport

INDEX = "目录.html"


@dataclass(frozen=True)
class Contents:
    """Files that were added while the package was made: path and what it is."""

    reports: dict[str, str] = field(default_factory=dict)  # number -> path
    papers: tuple[tuple[str, str], ...] = ()  # path, title
    documents: tuple[tuple[str, str, str, str], ...] = ()  # path or empty, kind, name, when


def index_page(platform: Platform, closing: ClosingReport, record: CaseRecord, contents: Contents) -> bytes:
    names = _names(platform, record)
    sections = [
        Section("概况", (Table(closing.rows()),)),
        Section("核对对象", (_people(platform, record),)),
        Section("核对报告", (_reports(record, contents), _releases(record))),
        Section("文书和材料", (_papers(contents), _documents(contents), _commissions(record))),
        Section("信息共享单位的答复", (_answers(names, record),), "收到的原文和读出的内容。"),
        *_calculations(record, names),
        Section("办理经过", (course_table(platform, record),)),
        Section("系统日志", (_audit(record),), "怎样检查见说明.txt。"),
        Section("流程图、决策表、表单和数据文件", (_definitions(record), _data_files(platform, record))),
    ]
    under = f"{platform.organisation.name}　{closing.number}"
    return write_page("居民家庭经济状况核对业务归档", under, sections)


def _names(platform: Platform, record: CaseRecord) -> Names:
    catalogue = platform.catalogue
    persons = {person.ref: person.name for person in record.commission.household.persons}
    items = {code: item.name for code, item in catalogue.items.items()}
    departments = {code: department.name for code, department in catalogue.departments.items()}
    return Names(_named(persons), _named(items), _named(departments))


def _named(names: dict[str, str]) -> Callable[[str], str]:
    return lambda code: names.get(code, code)


def _people(platform: Platform, record: CaseRecord) -> Table:
    decode = platform.catalogue.decode
    rows: tuple[Row, ...] = tuple(
        (person.name, decode("id_type", person.id_type), person.id_no, said(ROLES, person.role))
        for person in record.commission.household.persons
    )
    return Table(rows, ("姓名", "证件类型", "证件号码", "身份"))


def _reports(record: CaseRecord, contents: Contents) -> Table:
    rows = tuple(_report(one, contents.reports.get(one.row.number, "")) for one in record.reports)
    return Table(rows, ("编号", "性质", "份", "状态", "出具时间", "页数", "签名人", "回执", "作废原因"))


def _report(one: OpenedReport, path: str) -> Row:
    row = one.row
    receipt = Link(receipt_path(row.number), print_moment(row.receipt_at)) if row.receipt_at else ""
    return (
        Link(path, row.number) if path else row.number,
        said(NATURES, row.nature),
        str(row.copy),
        said(REPORT_STATES, row.state),
        print_moment(row.issued_at),
        str(row.pages or ""),
        row.signer or "",
        receipt if one.receipt is not None else "",
        one.void_reason,
    )


def _releases(record: CaseRecord) -> Table:
    rows: tuple[Row, ...] = tuple(
        (
            print_moment(one.row.at),
            one.row.number,
            said(RELEASES, one.row.kind),
            one.row.who,
            Number(str(one.row.copies)),
            one.reason,
        )
        for one in record.releases
    )
    return Table(rows, ("时间", "核对报告编号", "方式", "经手", "份数", "原因"), "复制件登记")


def _papers(contents: Contents) -> Table:
    rows: tuple[Row, ...] = tuple((Link(path, title),) for path, title in contents.papers)
    return Table(rows, ("文书",), "文书")


def _documents(contents: Contents) -> Table:
    rows: tuple[Row, ...] = tuple(
        (Link(path, name) if path else f"{name}（归档时已无法读取）", said(DOCUMENT_KINDS, kind), at)
        for path, kind, name, at in contents.documents
    )
    return Table(rows, ("文件", "种类", "收到时间"), "材料和附件")


def _commissions(record: CaseRecord) -> Table:
    rows: tuple[Row, ...] = tuple(
        (
            Link(commission_path(one.row.revision), f"第 {one.row.revision} 版"),
            print_moment(one.row.recorded_at),
        )
        for one in record.revisions
    )
    return Table(rows, ("核对申请", "登记时间"), "核对申请的各次版本")


def _answers(names: Names, record: CaseRecord) -> Table:
    rounds = {query.id: query.round for query in record.queries}
    rows: tuple[Row, ...] = tuple(
        (
            names.department(one.row.source),
            f"第 {rounds.get(one.row.query_id, 1)} 轮第 {one.row.attempt} 次",
            print_moment(one.row.received_at),
            Link(f"{answer_stem(one)}.received", "原文"),
            Link(f"{answer_stem(one)}.json", "内容"),
        )
        for one in record.answers
    )
    return Table(rows, ("信息共享单位", "查询", "收到时间", "收到的原文", "读出的内容"))


def _calculations(record: CaseRecord, names: Names) -> Iterator[Section]:
    """The last one is that of the report in force."""
    for number, one in enumerate(record.evaluations, start=1):
        title = "核对结果和计算过程" + (f"（第 {number} 次）" if len(record.evaluations) > 1 else "")
        words = f"计算时间 {print_moment(one.row.computed_at)}，当地标准版本 {one.row.parameters_version}。"
        yield calculation_section(title, one.evaluation, names, words)


def _audit(record: CaseRecord) -> Table:
    rows: tuple[Row, ...] = tuple(
        (
            str(one.event.id),
            f"{one.event.at[:19]} UTC",
            one.event.actor,
            one.event.action,
            one.event.facts,
            "" if one.seq is None else str(one.seq),
        )
        for one in record.audit.events
    )
    return Table(rows, ("记录号", "时间", "操作人", "动作", "内容", "链条位置"))


def _definitions(record: CaseRecord) -> Table:
    rows: tuple[Row, ...] = tuple(
        (definition.process_id, Link(path, name), definition.digest[:16])
        for definition, paths in definition_paths(record.definitions)
        for name, path in paths.items()
    )
    return Table(rows, ("流程", "文件", "流程版本"), "流程图、决策表和文书样式")


def _data_files(platform: Platform, record: CaseRecord) -> Table:
    named = [
        ("case.json", "登记事项"),
        ("history.json", "流程步骤"),
        ("tasks.json", "岗位办理事项及填写内容"),
        ("comments.json", "备注"),
        ("messages.json", "委托单位的消息"),
        ("work.json", "对外工作"),
        ("releases.json", "复制件登记"),
        ("audit.json", "系统日志及链条证明"),
    ]
    for number in range(1, len(record.evaluations) + 1):
        named.append((evaluation_path(number), f"第 {number} 次核对结果"))
        named.append((limits_path(number), f"第 {number} 次核对所用当地标准"))
    forms = sorted({task.row.form for task in record.tasks} & platform.forms.keys())
    named += [(f"forms/{key}.form", f"表单 {platform.forms[key].title.chinese}") for key in forms]
    rows: tuple[Row, ...] = tuple((Link(path, path), words) for path, words in named)
    return Table(rows, ("文件", "内容"), "数据文件和表单")
