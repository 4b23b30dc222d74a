"""The part of form-js we take, as tables: component types, their attributes, rules and own properties."""

from collections.abc import Mapping

FORM_ATTRIBUTES = frozenset(
    {"type", "id", "key", "title", "title_en", "versionTag", "schemaVersion", "components", "properties"}
    | {"exporter", "executionPlatform", "executionPlatformVersion"}
)
EVERYWHERE = frozenset({"id", "type", "conditional", "properties", "layout"})
OF_FIELDS = EVERYWHERE | {"key", "label", "description", "validate", "defaultValue"}

ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "text": EVERYWHERE | {"text"},
    "separator": EVERYWHERE,
    "spacer": EVERYWHERE | {"height"},
    "group": EVERYWHERE | {"label", "components", "showOutline", "description"},
    "dynamiclist": EVERYWHERE
    | {"path", "label", "description", "components", "isRepeating", "allowAddRemove", "defaultRepetitions"}
    | {"showOutline", "verticalAlignment", "disableCollapse", "nonCollapsedItems"},
    "textfield": OF_FIELDS | {"appearance"},
    "textarea": OF_FIELDS,
    "number": OF_FIELDS | {"decimalDigits", "increment", "serializeToString", "appearance"},
    "select": OF_FIELDS | {"values", "searchable"},
    "radio": OF_FIELDS | {"values"},
    "checkbox": OF_FIELDS,
    "checklist": OF_FIELDS | {"values"},
    "taglist": OF_FIELDS | {"values"},
    "datetime": OF_FIELDS
    | {"subtype", "dateLabel", "timeLabel", "timeInterval", "use24h", "timeSerializingFormat"},
    "filepicker": OF_FIELDS | {"multiple", "accept"},
}

RULES: Mapping[str, frozenset[str]] = {
    "textfield": frozenset({"required", "minLength", "maxLength"}),
    "textarea": frozenset({"required", "minLength", "maxLength"}),
    "number": frozenset({"required", "min", "max"}),
}
ONLY_REQUIRED = frozenset({"required"})

OF_ALL = frozenset({"label_en", "description_en"})
OF_ALL_FIELDS = OF_ALL | {"readonlyFrom"}
PROPERTIES: Mapping[str, frozenset[str]] = {
    "text": frozenset({"text_en"}),
    "separator": frozenset(),
    "spacer": frozenset(),
    "group": OF_ALL,
    "dynamiclist": OF_ALL | {"fewest", "most"},
    "textfield": OF_ALL_FIELDS | {"check", "checkIf", "sensitive", "autocomplete"},
    "textarea": OF_ALL_FIELDS,
    "number": OF_ALL_FIELDS | {"money", "sensitive", "unit_en"},
    "select": OF_ALL_FIELDS | {"options", "decision"},
    "radio": OF_ALL_FIELDS | {"options", "decision"},
    "checkbox": OF_ALL_FIELDS | {"decision"},
    "checklist": OF_ALL_FIELDS | {"options"},
    "taglist": OF_ALL_FIELDS | {"options"},
    "datetime": OF_ALL_FIELDS | {"check", "checkIf", "notBefore"},
    "filepicker": OF_ALL_FIELDS | {"materialType", "most"},
}

TEXT_CHECKS = frozenset({"cn_id", "uscc", "phone", "region", "postcode", "email", "report_number", "month"})
DATE_CHECKS = frozenset({"date_not_future", "date_not_past"})
# WCAG 1.3.5: the tokens that fit a person at the desk; `off` where the browser must not remember.
AUTOCOMPLETE = frozenset({"off", "name", "email", "tel", "organization", "postal-code", "street-address"})
