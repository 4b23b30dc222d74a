"""A commission as a unit sends it: the JSON example of the API."""

import copy
from typing import Any

from tests.builders import UNIT, VERIFICATION_UNIT, an_id_no

DIGEST = "0" * 64
VALID = {"start": "2026-11-01", "end": "2027-10-31"}
EXAMPLE: dict[str, Any] = {
    "commission_no": "WT-2026-0001",
    "service": "aa",
    "purpose": "申请最低生活保障",
    "copies": 1,
    "household": {
        "head": "p1",
        "area": "urban",
        "persons": [
            {
                "ref": "p1",
                "name": "赵甲",
                "id_type": "111",
                "id_no": an_id_no(1),
                "relation": "02",
                "role": "member",
            }
        ],
    },
    "letter": {
        "verification_unit": VERIFICATION_UNIT,
        "commissioning_unit": UNIT,
        "content": ["income", "property", "expenditure"],
        "period": {"start": "2025-11-01", "end": "2026-10-31"},
        "property_as_of": "2026-10-31",
        "valid": VALID,
        "disclaimer_accepted": True,
        "agent": "钱乙",
        "signature": {"method": "signature", "digest": DIGEST},
        "seal": {"method": "seal", "digest": DIGEST},
    },
    "authorisations": [
        {
            "number": "SQ-2026-0001",
            "signed_by": "p1",
            "covers": ["p1"],
            "commissioning_unit": UNIT,
            "verification_unit": VERIFICATION_UNIT,
            "scope": ["*"],
            "evaluation_allowed": True,
            "valid": VALID,
            "evidence": {"method": "signature", "digest": DIGEST},
        }
    ],
    "declaration": {
        "incomes": [],
        "financial_assets": "0.00",
        "dwellings": 0,
        "vehicles": 0,
        "entities": 0,
        "rigid_expenditure": "0.00",
        "serious_illness": False,
    },
    "identity_copies": ["p1"],
    "materials": [{"name": "核对授权书", "copies": 1}, {"name": "核对委托书", "copies": 1}],
    "reviews": [
        {
            "reviewer": "U001",
            "name": "审核员一",
            "reviewed_at": "2026-11-19T10:00:00+08:00",
            "passed": True,
        },
        {
            "reviewer": "U002",
            "name": "审核员二",
            "reviewed_at": "2026-11-19T15:00:00+08:00",
            "passed": True,
        },
    ],
}


def commission_json(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(EXAMPLE) | changes


def changed(path: str, value: object) -> dict[str, Any]:
    """The example with one value changed, e.g. changed("household.persons.0.name", "")."""
    commission = commission_json()
    *way, last = path.split(".")
    place: Any = commission
    for step in way:
        place = place[int(step)] if isinstance(place, list) else place[step]
    place[int(last) if isinstance(place, list) else last] = value
    return commission
