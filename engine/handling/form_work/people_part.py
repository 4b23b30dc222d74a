"""The people on a registration form as the household of a commission, and who signed for whom."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.domain.household import HEAD_RELATIONS, Household, Person, Role
from engine.form_definitions import FieldProblem
from engine.handling.form_work.answers import Answers

NOBODY = "应当与上面填写的一位人员的姓名完全一致；没有填写的先添加，有同名的在姓名后加注区分"
Problems = list[FieldProblem]


@dataclass(frozen=True)
class Signing:
    """Who signed the authorisation for one member: `signer` is the member or the guardian."""

    ref: str
    signer: str
    basis: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Roster:
    """`refs`: by name; a name that two people have stands for nobody."""

    household: Household
    refs: Mapping[str, str] = field(repr=False)

    def ref_of(self, name: str, path: str, problems: Problems) -> str:
        """Adds to `problems` when there is nobody of that name."""
        if name not in self.refs:
            problems.append(FieldProblem("person_unknown", path, NOBODY))
        return self.refs.get(name, "")


def roster_of(answers: Answers, problems: Problems) -> Roster:
    """The head is the first; refs p1, p2 ... in the order of the form."""
    rows = answers.rows("members")
    refs = refs_by_name(row.text("name") for row in rows)
    roster = Roster(Household("p1", answers.text("area"), ()), refs)
    persons = tuple(_person(number, row, roster, problems) for number, row in enumerate(rows))
    _check_head(rows, problems)
    return Roster(Household("p1", answers.text("area"), persons), refs)


def refs_by_name(names: Iterable[str]) -> dict[str, str]:
    listed = list(names)
    counted = Counter(listed)
    return {name: f"p{number}" for number, name in enumerate(listed, 1) if counted[name] == 1}


def _person(number: int, row: Answers, roster: Roster, problems: Problems) -> Person:
    role = Role(row.text("role") or Role.MEMBER)
    return Person(
        ref=f"p{number + 1}",
        name=row.text("name"),
        id_type=row.text("id_type"),
        id_no=row.text("id_no").upper(),
        relation=row.text("relation"),
        role=role,
        supports=_supported(number, row, roster, problems) if role is Role.SUPPORTER else (),
        support_by_agreement_month_fen=row.whole("support_agreed"),
        household_size=row.whole("household_size") or 1,
        household_income_month_fen=row.whole("household_income"),
        excluded_reason=row.optional("excluded_reason"),
    )


def _supported(number: int, row: Answers, roster: Roster, problems: Problems) -> tuple[str, ...]:
    names = [name.strip() for name in row.text("supports").replace("，", "、").replace(",", "、").split("、")]
    path = f"members.{number}.supports"
    found: Problems = []
    refs = tuple(roster.ref_of(name, path, found) for name in dict.fromkeys(names) if name)
    problems.extend(found[:1])
    return refs


def _check_head(rows: list[Answers], problems: Problems) -> None:
    """That the head stands first is how the form says who it is."""
    for number, row in enumerate(rows):
        is_head = row.text("relation") in HEAD_RELATIONS
        if is_head != (number == 0):
            reason = (
                "户主只有一位，填在第一位" if is_head else "第一位应当是户主，与户主关系选“户主”（A.1 a）"
            )
            problems.append(FieldProblem("head_misplaced", f"members.{number}.relation", reason))
    if rows and rows[0].text("role") == Role.SUPPORTER:
        reason = "户主应当是共同生活的家庭成员（A.1 a）"
        problems.append(FieldProblem("head_misplaced", "members.0.role", reason))


def signings_of(answers: Answers, roster: Roster, problems: Problems) -> tuple[Signing, ...]:
    rows = zip(answers.rows("members"), roster.household.persons, strict=True)
    return tuple(
        signing(row, person.ref, roster, f"members.{number}", problems)
        for number, (row, person) in enumerate(rows)
        if person.role is Role.MEMBER
    )


def signing(row: Answers, ref: str, roster: Roster, path: str, problems: Problems) -> Signing:
    if row.text("signed_by") != "guardian":
        return Signing(ref, ref)
    field_path = f"{path}.guardian_name"
    guardian = roster.ref_of(row.text("guardian_name"), field_path, problems)
    if guardian == ref:
        problems.append(FieldProblem("own_guardian", field_path, "监护人不能是本人；本人签署的选“本人签署”"))
    return Signing(ref, guardian, row.text("guardian_basis"))
