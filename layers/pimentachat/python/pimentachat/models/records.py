"""What all stored records share."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic.alias_generators import to_camel
from typing_extensions import TypedDict

Document = dict[str, Any]
"""A JSON object as clients see it: camelCase keys, dates as ISO 8601 text."""

Date = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
"""An instant as clients see it, and as openapi.yaml describes it."""


class Deleted(TypedDict):
    """What a list of changes tells of a record that is gone."""

    _id: str
    _deletedAt: Date


class Record(BaseModel):
    """A record with the fields our code works with; others that its document carries are kept and sent along."""

    # Built when they are first used: a function loads the models of all records, and meets a few.
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="allow", defer_build=True)

    id: str = Field(alias="_id")
    updated_at: str = Field(alias="_updatedAt", default="")

    def document(self, *, without: set[str] | None = None) -> Document:
        return self.model_dump(by_alias=True, exclude_none=True, exclude=without)
