"""How the catalogue is read: code lists, terms, digest, and what a faulty file says of itself."""

import pytest

from adapters.sources.catalogue import (
    CatalogueError,
    SourceTerms,
    load_catalogue,
    load_terms,
    packaged_catalogue,
)
from engine.domain.catalogue import Catalogue


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def test_every_code_has_a_word(catalogue: Catalogue) -> None:
    fields = [field for item in catalogue.items.values() for field in item.fields if field.code_list]

    for field in fields:
        assert all(word.strip() for word in catalogue.code_lists[field.code_list or ""].values())
    assert len(catalogue.code_lists["GB/T 3304"]) == 56
    assert catalogue.decode("GB/T 2261.1", "2") == "女性"


def test_every_department_has_terms(catalogue: Catalogue) -> None:
    terms = load_terms()

    assert terms.keys() == catalogue.departments.keys()
    assert terms["JR"] == SourceTerms(limit=4, timeout_seconds=60, full_coverage=True)
    assert not terms["XG"].full_coverage


def test_the_digest_names_the_content() -> None:
    same, other = load_catalogue(), load_catalogue(packaged_catalogue() + b"\n# changed\n")

    assert same.digest == load_catalogue(packaged_catalogue()).digest
    assert other.digest != same.digest


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("department: MZ\n", "department: MX\n", "items.MZ01.department: unknown department MX"),
        (
            "code_list: vehicle_status",
            "code_list: states",
            "items.GA02.fields.status: unknown code list states",
        ),
        (
            "name: status, type: code, code_list: vehicle_status",
            "name: status, type: code",
            "items.GA02.fields.status",
        ),
        ("annex_d_tables: [婚姻信息]", "annex_d_tables: [婚姻]", "items.MZ02.annex_d_tables: unknown 婚姻"),
        ("type: year,", "type: years,", "fields.3.type: Must be one of"),
        ("unit: 10k_yuan", "unit: wan", "unit: Must be one of"),
        ("temporal: period", "temporal: sometimes", "temporal: Must be one of"),
        ("services: {aa: implied", "services: {zz: implied", "unknown zz"),
        ("- code: MZ02", "- code: MZ01", "items: MZ01 is there 2 times"),
        ("name: wife_name", "name: husband_name", "items.MZ02.fields: husband_name is there 2 times"),
        ("limit: 8,", "limit: 0,", "departments.0.limit"),
        ("  name: 救助信息\n", "", "items.0.name: Missing data"),
        ("  name: 救助信息\n", "  name: 救助信息\n  notes: x\n", "items.0.notes: Unknown field"),
        ("services:\n", "services: [\n", "not YAML"),
    ],
)
def test_a_fault_of_the_file_is_named_with_its_place(old: str, new: str, said: str) -> None:
    content = packaged_catalogue().decode()
    assert old in content

    with pytest.raises(CatalogueError, match=r".") as caught:
        load_catalogue(content.replace(old, new, 1).encode())

    assert said in str(caught.value)
