"""Fields of users that a workspace defines in Accounts_CustomFields (contract: users.yaml custom_fields_setting)."""

from typing import Any

import orjson

from pimentachat import workspace
from pimentachat.errors.users import CustomFieldRefused, CustomFieldsNotJson
from pimentachat.models.records import Document


def known() -> dict[str, dict[str, Any]]:
    text = workspace.current().text("Accounts_CustomFields").strip()
    if not text:
        return {}
    try:
        known = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise CustomFieldsNotJson from None
    if not isinstance(known, dict):
        raise CustomFieldsNotJson
    return {name: rule for name, rule in known.items() if isinstance(rule, dict)}


def checked(given: Document) -> Document:
    """Those of the given fields that Accounts_CustomFields defines, with its defaults.

    Raises:
        CustomFieldsNotJson, CustomFieldRefused.
    """
    kept: Document = {}
    for name, rule in known().items():
        value = given.get(name, rule.get("defaultValue"))
        if isinstance(value, str):
            value = value.strip()
        if value in (None, ""):
            if rule.get("required"):
                raise CustomFieldRefused(problem=f"Field {name} is required")
            continue
        _check(name, rule, value)
        kept[name] = value
    return kept


def _check(name: str, rule: dict[str, Any], value: Any) -> None:
    if rule.get("type") == "select" and value not in rule.get("options", []):
        raise CustomFieldRefused(problem=f"Value for field {name} is invalid")
    most, least = rule.get("maxLength"), rule.get("minLength")
    if isinstance(most, int) and len(str(value)) > most:
        raise CustomFieldRefused(problem=f"Max length of field {name} {most}")
    if isinstance(least, int) and len(str(value)) < least:
        raise CustomFieldRefused(problem=f"Min length of field {name} {least}")
