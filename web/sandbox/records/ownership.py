"""Records of what somebody owns or runs: dwellings, vehicles, vessels, businesses."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from web.sandbox.numbers import credit_code
from web.sandbox.people import Dwelling, yuan
from web.sandbox.records.question import Answerer, Question, Row

FEN_OF_10K_YUAN = 1_000_000


def _own(question: Question) -> Iterator[Dwelling]:
    return (d for d in question.household.dwellings if question.person.ref in d.owners)


def _co_owners(question: Question, dwelling: Dwelling) -> list[str]:
    others = (
        r for r in question.household.residents if r.ref in dwelling.owners and r is not question.person
    )
    return [resident.name for resident in others]


def _housing(question: Question) -> list[Row]:
    return [
        {
            "purchase_price": f"{Decimal(dwelling.price) / FEN_OF_10K_YUAN:.2f}",
            "acquired_date": dwelling.acquired.isoformat(),
            "address": dwelling.address,
            "floor_area": f"{dwelling.area}.00",
            "ownership_type": "joint" if len(dwelling.owners) > 1 else "sole",
            "use_type": "residential",
            "co_owners": list(_co_owners(question, dwelling)),
            "presale_contract_no": None,
        }
        for dwelling in _own(question)
    ]


def _real_estate(question: Question) -> list[Row]:
    return [
        {
            "unit_no": dwelling.unit_no,
            "title_no": dwelling.title_no,
            "location": dwelling.address,
            "building_area": f"{dwelling.area}.00",
            "use_type": "residential",
            "co_ownership": "joint" if len(dwelling.owners) > 1 else "sole",
            "share": f"{Decimal(1) / len(dwelling.owners):.4f}",
            "registration_date": dwelling.acquired.isoformat(),
            "transfer_date": None,
            "encumbrance": None,
        }
        for dwelling in _own(question)
    ]


def _vehicles(question: Question) -> list[Row]:
    return [
        {
            "first_registration_date": vehicle.registered.isoformat(),
            "licence_issue_date": vehicle.registered.isoformat(),
            "plate_no": vehicle.plate,
            "vehicle_model": vehicle.model,
            "brand_category": vehicle.brand,
            "status": "normal",
            "use_nature": vehicle.use,
            "vehicle_type": vehicle.kind,
            "current_value": yuan(vehicle.value),
        }
        for vehicle in question.person.vehicles
    ]


def _vessels(question: Question) -> list[Row]:
    if not question.person.shows_everything:
        return []
    return [
        {
            "co_owner_name": None,
            "co_owner_id_no": None,
            "vessel_registration_no": f"样例船{question.household.number:06d}",
            "gross_tonnage": "8.5",
            "vessel_value": "26000.00",
            "vessel_use": "fishing",
        }
    ]


def _transport(question: Question) -> list[Row]:
    trucks = [v for v in question.person.vehicles if v.use == "freight" or question.person.shows_everything]
    return [
        {
            "licence_no": f"苏交运管许可样例字{question.household.number:08d}号",
            "operation_type": "freight",
            "plate_no": vehicle.plate,
            "status": "active",
            "valid_until": "2028-12-31",
        }
        for vehicle in trucks
    ]


def _operators(question: Question) -> list[Row]:
    person, business = question.person, question.person.business
    if business is None:
        return []
    return [
        {
            "registration_no": business.credit_code[2:17],
            "enterprise_name": business.name,
            "principal_id_type": "111",
            "last_year_profit": yuan(business.profit),
            "trade_name": business.name,
            "main_operator_name": person.name,
            "operator_name": person.name,
            "uscc": business.credit_code,
            "business_scope": business.scope,
            "status": "active",
            "employees": 0,
        }
    ]


def _company(question: Question) -> Row | None:
    if not question.person.shows_everything:
        return None
    code = credit_code("91", 70_000 + question.household.number)
    return {
        "registration_no": code[2:17],
        "enterprise_name": "样例商贸有限公司",
        "uscc": code,
        "status": "active",
    }


def _investors(question: Question) -> list[Row]:
    company = _company(question)
    if company is None:
        return []
    capital = {"subscribed_capital": "20.00", "paid_in_capital": "5.00"}
    return [{**company, "investor_name": question.person.name, **capital}]


def _officers(question: Question) -> list[Row]:
    company = _company(question)
    if company is None:
        return []
    own = {"position": "执行董事", "person_category": "legal_representative", "id_no": question.person.id_no}
    clerk = {
        "position": "首席代表",
        "person_category": "representative_office_employee",
        "id_no": question.person.id_no,
    }
    return [
        {**company, "is_legal_representative": True, **own},
        {**company, "enterprise_name": "样例商会代表处", "is_legal_representative": False, **clerk},
    ]


def _organisations(question: Question) -> list[Row]:
    if not question.person.shows_everything:
        return []
    code = credit_code("52", question.household.number)
    return [
        {
            "organisation_name": "样例社区服务中心",
            "organisation_type": "private_non_enterprise",
            "business_net_income": "3600.00",
            "unregistered_business_net_income": "0.00",
            "registration_no": code[2:17],
            "uscc": code,
            "position": "理事",
        }
    ]


OWNERSHIP: Mapping[str, Answerer] = {
    "MZ04": _organisations,
    "GA02": _vehicles,
    "GT01": _housing,
    "GT02": _real_estate,
    "SC01": _operators,
    "SC02": _investors,
    "SC03": _officers,
    "HS01": _vessels,
    "JT01": _transport,
}
