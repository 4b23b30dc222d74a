"""Reading XML that somebody uploaded: bytes in, checked tree out; no DTD, no network, bounded in size."""

from lxml import etree

from engine.runtime.errors import DiagramRefused

MAX_BYTES = 2_000_000
MAX_DEPTH = 256
MAX_ELEMENTS = 50_000

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
HEDUI = "urn:hedui:bpmn"


def read_xml(name: str, content: bytes) -> etree._Element:
    """The root element. Raises DiagramRefused naming the file, whatever is wrong with it."""
    if len(content) > MAX_BYTES:
        raise DiagramRefused(file=name, reason=f"文件超过 {MAX_BYTES // 1_000_000} MB")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DiagramRefused(file=name, reason=f"不是合格的 XML（{error}）") from error
    _check(name, root)
    return root


def _check(name: str, root: etree._Element) -> None:
    if root.getroottree().docinfo.internalDTD is not None:
        raise DiagramRefused(file=name, reason="不允许文档类型声明（DTD）")
    depth = elements = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        elements += event == "start"
        if depth > MAX_DEPTH or elements > MAX_ELEMENTS:
            raise DiagramRefused(file=name, reason="嵌套过深或者元素过多")


def tag_of(element: etree._Element) -> str:
    """Local name of a BPMN or DMN element; the empty string for anything that is not an element."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def namespace_of(element: etree._Element) -> str:
    return (etree.QName(element).namespace or "") if isinstance(element.tag, str) else ""


def text_of(element: etree._Element | None) -> str:
    return (element.text or "").strip() if element is not None else ""


def hedui(element: etree._Element, attribute: str) -> str:
    """An attribute of our own namespace, or the empty string."""
    return str(element.get(f"{{{HEDUI}}}{attribute}", "")).strip()
