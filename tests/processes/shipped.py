"""The shipped processes and the shipped catalogue of sources, loaded as the platform loads them."""

from adapters.sources.catalogue import load_catalogue
from engine.domain.catalogue import Catalogue
from engine.runtime import Definition, load_definitions, read_package

SOURCES = tuple(read_package("processes", "forms"))
DEFINITIONS = load_definitions(SOURCES)
AUTOMATIC: Definition = DEFINITIONS["automatic_handling"]
CATALOGUE: Catalogue = load_catalogue()
