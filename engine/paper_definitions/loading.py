"""Load the papers of a package."""

from collections.abc import Mapping
from importlib import resources

from engine.paper_definitions.definition import PaperDefinition

SUFFIX = ".html"


def load_papers(package: str) -> Mapping[str, PaperDefinition]:
    """All papers of a package, by key."""
    folder = resources.files(package) / "documents"
    files = {file.name: file.read_text("utf-8") for file in folder.iterdir() if file.name.endswith(SUFFIX)}
    keys = {name.removesuffix(SUFFIX): name for name in sorted(files)}
    return {key: PaperDefinition(key, files[name]) for key, name in keys.items()}
