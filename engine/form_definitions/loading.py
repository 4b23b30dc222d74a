"""Load form files: forms/tasks of a package, or single files a designer wants checked."""

from collections.abc import Iterable, Mapping
from importlib import resources

from engine.domain.catalogue import Catalogue
from engine.form_definitions.definition import FormDefinition
from engine.form_definitions.errors import FormError, FormFinding
from engine.form_definitions.reading import KEY, CodeLists, Reader
from engine.form_definitions.references import check_references
from engine.form_definitions.source import Findings, Source, parse_json
from engine.form_definitions.subset import FORM_ATTRIBUTES

SUFFIX = ".form"
NO_LISTS: CodeLists = {}
COMMISSIONING_UNITS = "commissioning_unit"


def load_forms(package: str, code_lists: CodeLists = NO_LISTS) -> Mapping[str, FormDefinition]:
    """All forms of a package, by key. Raises FormError.

    Without code lists a field that takes its options from one has none, and accepts nothing.
    """
    folder = resources.files(package) / "tasks"
    files = {file.name: file.read_bytes() for file in folder.iterdir() if file.name.endswith(SUFFIX)}
    forms = [parse_form(name, files[name], code_lists) for name in sorted(files)]
    return {form.key: form for form in forms}


def check_forms(files: Iterable[tuple[str, bytes]], code_lists: CodeLists = NO_LISTS) -> list[FormFinding]:
    """Everything that is wrong in these form files; empty when they may be used."""
    return [finding for name, content in files for finding in _read(name, content, code_lists)[1].found]


def parse_form(name: str, content: bytes, code_lists: CodeLists = NO_LISTS) -> FormDefinition:
    """One form from the content of its file. Raises FormError."""
    form, findings = _read(name, content, code_lists)
    if findings.found:
        raise FormError(findings.found)
    return form


def code_lists_of(catalogue: Catalogue) -> CodeLists:
    """The lists a form may name: those of the catalogue, its services, items and departments.

    The units change while the platform runs: `offering` fills their list in when a form is opened.
    """
    return {
        **catalogue.code_lists,
        "service": {code: service.name for code, service in catalogue.services.items()},
        "item": {code: item.name for code, item in catalogue.items.items()},
        "department": {code: unit.name for code, unit in catalogue.departments.items()},
        COMMISSIONING_UNITS: {},
    }


def _read(name: str, content: bytes, code_lists: CodeLists) -> tuple[FormDefinition, Findings]:
    findings = Findings(name)
    form = Source(parse_json(content, findings), "-", findings)
    key = form.get("id", str, "")
    if form.content:
        form.refuse_others(FORM_ATTRIBUTES, "attribute_unknown", "表单的", "删去该属性")
        expected = name.replace("\\", "/").rpartition("/")[2].removesuffix(SUFFIX)
        if key != expected or not KEY.fullmatch(key):
            form.fault(
                "form_name", "id 与文件名不同，或者不是小写英文词", f"文件名应当是 {key or 'id'}{SUFFIX}"
            )
    title = form.words("title", "title_en", is_needed=bool(form.content))
    components = Reader(findings, code_lists).components(form.get("components", list, []), 0, in_list=False)
    check_references(components, findings)
    if form.content and not components:
        form.fault("form_empty", "表单没有组件", "添加组件")
    version = form.get("versionTag", str, "")
    return FormDefinition(key, title, version, components, content), findings
