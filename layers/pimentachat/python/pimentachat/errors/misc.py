"""Refusals of the directory, statistics and badges."""

from pimentachat.errors.base import ChatError, Plain


class DirectoryParamsWrong(Plain):
    text = "Please verify the parameters"


class OneSortOnly(Plain):
    text = 'This method support only one "sort" parameter'


class EndpointDisabled(ChatError):
    code = "error-endpoint-disabled"
    text = "This endpoint is disabled"


class ShieldDisabled(ChatError):
    code = "error-shield-disabled"
    text = "This shield type is disabled"


class ShieldNameMissing(Plain):
    text = "Name cannot be empty when icon is hidden"


class ShieldChannelMissing(Plain):
    text = 'Shield channel is required for type "channel"'
