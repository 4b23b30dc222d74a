"""Process definitions: a diagram with all it calls, consults and prints, pinned by a digest of all bytes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath

from lxml import etree

from engine.runtime.decisions import is_decision_file
from engine.runtime.errors import DiagramRefused
from engine.runtime.safe_xml import BPMN, hedui, namespace_of, read_xml, tag_of

DRAWN = (".bpmn", ".dmn")
PAPER = ".html"


@dataclass(frozen=True)
class Source:
    """A file of the designers' rooms: a diagram, a decision table, or the template of a paper."""

    name: str
    content: bytes

    @property
    def is_paper(self) -> bool:
        return self.name.endswith(PAPER)


def digest_of(process_id: str, sources: Iterable[Source]) -> str:
    """sha256 over the process id and all names and contents, each with its length, in the order of names."""
    digest = sha256()
    for part in [
        process_id.encode(),
        *(part for source in sorted(sources, key=_by_name) for part in _parts(source)),
    ]:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _by_name(source: Source) -> str:
    return source.name


def _parts(source: Source) -> tuple[bytes, bytes]:
    return source.name.encode(), source.content


@dataclass(frozen=True)
class Definition:
    """A process with the closure of its sources. Same digest, same definition; a false digest is refused."""

    process_id: str
    digest: str
    sources: tuple[Source, ...] = field(compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.digest != digest_of(self.process_id, self.sources):
            raise DiagramRefused(process=self.process_id, reason="流程定义与其摘要不符")

    @property
    def drawn(self) -> tuple[Source, ...]:
        """Its diagrams and tables."""
        return tuple(source for source in self.sources if not source.is_paper)

    def paper(self, key: str) -> str | None:
        """The template of a paper as it is pinned; None when no element names it."""
        found = (source for source in self.sources if source.is_paper and _key_of(source) == key)
        return next((source.content.decode("utf-8") for source in found), None)


@dataclass
class _File:
    """What a file offers and what it asks for."""

    source: Source
    processes: set[str] = field(default_factory=set)
    decisions: set[str] = field(default_factory=set)
    papers: set[str] = field(default_factory=set)
    called: set[str] = field(default_factory=set)
    consulted: set[str] = field(default_factory=set)
    printed: set[str] = field(default_factory=set)


def load_definitions(sources: Iterable[Source]) -> Mapping[str, Definition]:
    """A definition for every executable process. Raises DiagramRefused for what is missing or there twice."""
    found = [_read(source) for source in sorted(sources, key=_by_name)]
    offers = _Offers(_index(found, "processes"), _index(found, "decisions"), _index(found, "papers"))
    return {
        process_id: _definition(process_id, file, offers)
        for process_id, file in sorted(offers.processes.items())
    }


def read_package(*packages: str) -> list[Source]:
    """Every diagram, decision table and paper that packages ship, in their sub-folders too."""
    return sorted((source for name in packages for source in _walk(files(name), "")), key=_by_name)


def _walk(folder: Traversable, prefix: str) -> Iterable[Source]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _walk(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith((*DRAWN, PAPER)):
            yield Source(prefix + entry.name, entry.read_bytes())


def _key_of(source: Source) -> str:
    return PurePosixPath(source.name).stem


def _read(source: Source) -> _File:
    file = _File(source)
    if source.is_paper:
        file.papers = {_key_of(source)}
        return file
    root = read_xml(source.name, source.content)
    if is_decision_file(root):
        file.decisions = {str(item.get("id")) for item in root if tag_of(item) == "decision"}
    elif namespace_of(root) == BPMN:
        _note_processes(root, file)
    else:
        raise DiagramRefused(file=source.name, reason="既不是 BPMN 流程图，也不是 DMN 决策表")
    return file


def _note_processes(root: etree._Element, file: _File) -> None:
    for element in root.iter(f"{{{BPMN}}}*"):
        if tag_of(element) == "process" and element.get("isExecutable", "true") == "true":
            file.processes.add(str(element.get("id")))
        if tag_of(element) == "callActivity":
            file.called.add(str(element.get("calledElement", "")))
        if hedui(element, "decision"):
            file.consulted.add(hedui(element, "decision"))
        if hedui(element, "paper"):
            file.printed.add(hedui(element, "paper"))


def _index(found: Iterable[_File], attribute: str) -> dict[str, _File]:
    offering: dict[str, list[_File]] = defaultdict(list)
    for file in found:
        for item in getattr(file, attribute):
            offering[item].append(file)
    for item, offers in offering.items():
        if len(offers) > 1:
            names = "、".join(file.source.name for file in offers)
            raise DiagramRefused(id=item, reason=f"在多个文件中重复定义（{names}）")
    return {item: offers[0] for item, offers in offering.items()}


@dataclass(frozen=True)
class _Offers:
    """Which file has which process, decision and paper."""

    processes: Mapping[str, _File]
    decisions: Mapping[str, _File]
    papers: Mapping[str, _File]


def _definition(process_id: str, file: _File, offers: _Offers) -> Definition:
    reached: dict[str, _File] = {}
    pending = [file]
    while pending:
        current = pending.pop()
        if current.source.name not in reached:
            reached[current.source.name] = current
            pending += [_offer(offers.processes, item, current, "流程") for item in current.called]
            pending += [_offer(offers.decisions, item, current, "决策") for item in current.consulted]
            pending += [_offer(offers.papers, item, current, "文书") for item in current.printed]
    sources = tuple(reached[name].source for name in sorted(reached))
    return Definition(process_id, digest_of(process_id, sources), sources)


def _offer(offers: Mapping[str, _File], item: str, asking: _File, kind: str) -> _File:
    if item not in offers:
        raise DiagramRefused(file=asking.source.name, reason=f"没有找到{kind} {item}")
    return offers[item]
