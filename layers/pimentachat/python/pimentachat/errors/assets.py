"""Refusals about the pictures of the workspace."""

from typing import Any

from pimentachat.errors.base import ChatError


class InvalidAsset(ChatError):
    code = "error-invalid-asset"
    text = "Invalid asset"


class ManagingAssetsNotAllowed(ChatError):
    code = "error-action-not-allowed"
    text = "Managing assets not allowed"


class AssetTypeRefused(ChatError):
    """Its errorType is the type that was refused."""

    text = "Invalid file type: {type}"

    def body(self) -> dict[str, Any]:
        return {"success": False, "error": f"{self.message} [{self.names['type']}]", "errorType": self.names["type"]}


class AssetWidthWrong(ChatError):
    code = "error-invalid-file-width"
    text = "Invalid file width"


class AssetHeightWrong(ChatError):
    code = "error-invalid-file-height"
