"""Records of civil affairs, public security, education and the others who know who somebody is."""

from collections.abc import Mapping
from datetime import date

from web.sandbox.people import Quirk, Resident, yuan
from web.sandbox.records.question import Answerer, Question, Row

LEVELS_UP_TO_BACHELOR = ("20", "30", "60", "70", "80")
STUDENT, EMPLOYED, OWN_BUSINESS, UNEMPLOYED, RETIRED, OTHER = "31", "24", "54", "70", "80", "90"


def _assistance(question: Question) -> list[Row]:
    """Only the household that shows everything has drawn assistance before."""
    if not question.person.shows_everything:
        return []
    return [
        {
            "assistance_type": "ah",
            "certificate_no": f"LS{question.household.number:08d}",
            "covered_persons": len(question.household.declared),
            "monthly_amount": "300.00",
            "start_month": "2024-03",
            "end_month": "2024-05",
            "paying_agency": "样例市天宁区民政局",
        }
    ]


def _marriages(question: Question) -> list[Row]:
    return [
        {
            "husband_name": marriage.husband[0],
            "wife_name": marriage.wife[0],
            "registration_date": marriage.on.isoformat(),
            "husband_id_no": marriage.husband[1],
            "wife_id_no": marriage.wife[1],
            "registration_type": marriage.event,
            "registration_office": "样例市民政局婚姻登记处",
        }
        for marriage in question.person.marriages
    ]


def _funerals(question: Question) -> list[Row]:
    person = question.person
    if person.died_on is None:
        return []
    return [
        {
            "name": person.name,
            "death_date": person.died_on.isoformat(),
            "cremation_date": person.died_on.replace(day=person.died_on.day + 3).isoformat(),
            "id_no": person.id_no,
            "funeral_home": "样例市殡仪馆",
        }
    ]


def _household_register(question: Question) -> list[Row]:
    """A child the household does not mention stands in the register of its head."""
    people = [question.person]
    if question.is_head and question.household.quirk is Quirk.UNDECLARED_CHILD:
        people += [resident for resident in question.household.residents if not resident.declared]
    return [_registered(question, person) for person in people]


def _registered(question: Question, person: Resident) -> Row:
    household = question.household
    is_rural = household.area == "rural"
    return {
        "name": person.name,
        "sex": "1" if person.male else "2",
        "ethnic_group": person.ethnic_group,
        "id_type": "111",
        "id_no": person.id_no,
        "relation_to_head": person.relation,
        "registered_residence": household.address,
        "marital_status": person.marital,
        "health_status": _health(person),
        "employment_status": _employment(person),
        "relation_to_applicant": "01" if person.relation == "02" else person.relation,
        "resident_id_no": person.id_no,
        "household_no": f"{household.head.id_no[:6]}{household.number:06d}{'1' if person.supports else '0'}",
        "residence_type": "agricultural" if is_rural else "resident",
        "cancelled": person.died_on is not None,
    }


def _health(person: Resident) -> str:
    if person.disability:
        return "60"
    return "30" if person.illness else "10"


def _employment(person: Resident) -> str:
    states = (
        (person.schooling, STUDENT),
        (person.job and person.job.last_month is None, EMPLOYED),
        (person.business, OWN_BUSINESS),
        (person.pension, RETIRED),
        (person.unemployment, UNEMPLOYED),
    )
    return next((code for holds, code in states if holds), OTHER)


def _borders(question: Question) -> list[Row]:
    if not question.person.shows_everything:
        return []
    day = question.period_start.replace(day=12).isoformat()
    return [
        {
            "direction": direction,
            "event_date": day,
            "port": "样例国际机场",
            "destination": "样例国",
            "reason": "旅游",
        }
        for direction in ("exit", "entry")
    ]


def _disability(question: Question) -> list[Row]:
    disability = question.person.disability
    if disability is None:
        return []
    return [
        {
            "certificate_no": disability.certificate,
            "disability_type": disability.kind,
            "disability_level": disability.level,
            "issued_date": "2019-04-08",
            "valid_until": "2029-04-07",
            "disability_subsidy": yuan(disability.subsidy),
        }
    ]


def _schooling(question: Question) -> list[Row]:
    schooling = question.person.schooling
    if schooling is None:
        return []
    return [
        {
            "school_name": schooling.school,
            "study_status": "studying",
            "education_level": schooling.level,
            "enrolled_date": schooling.enrolled.isoformat(),
            "graduated_date": None,
            "full_time_undergraduate_or_below": schooling.level in LEVELS_UP_TO_BACHELOR,
            "tuition": yuan(schooling.tuition),
            "private_high_fee": False,
        }
    ]


def _student_aid(question: Question) -> list[Row]:
    schooling = question.person.schooling
    if schooling is None or not schooling.aid:
        return []
    return [
        {
            "aid_reason": "家庭经济困难",
            "aid_agency": schooling.school,
            "aid_amount": yuan(schooling.aid),
            "education_assistance": "国家助学金",
            "aid_programme": None,
        }
    ]


def _legal_aid(question: Question) -> list[Row]:
    if not question.person.shows_everything:
        return []
    return [
        {
            "aid_reason": "劳动报酬纠纷",
            "aid_form": "法律咨询",
            "aid_agency": "样例市法律援助中心",
            "aid_date": question.period_start.isoformat(),
            "aid_content": "代书仲裁申请书",
        }
    ]


def _divorce_judgments(question: Question) -> list[Row]:
    person = question.person
    if not person.child_support:
        return []
    return [
        {
            "case_no": f"（2021）苏样例民初{question.household.number:04d}号",
            "court": "样例市天宁区人民法院",
            "effective_date": date(2021, 6, 18).isoformat(),
            "other_party_name": "许前",
            "other_party_id_no": None,
            "child_custody": "子女随本人生活",
            "monthly_child_support": yuan(person.child_support),
            "property_division": "住房归本人所有",
        }
    ]


def _veterans(question: Question) -> list[Row]:
    if not question.person.is_veteran:
        return []
    return [
        {
            "entitled_category": "参战退役人员",
            "payment_type": "定期补助",
            "payment_amount": "680.00",
            "start_year": 2012,
            "last_paid_until": question.period_end.isoformat(),
        }
    ]


CIVIL: Mapping[str, Answerer] = {
    "MZ01": _assistance,
    "MZ02": _marriages,
    "MZ03": _funerals,
    "GA01": _household_register,
    "GA03": _borders,
    "CL01": _disability,
    "JY01": _schooling,
    "JY02": _student_aid,
    "SF01": _legal_aid,
    "FY01": _divorce_judgments,
    "TY01": _veterans,
}
