"""The context object that Lambda hands to a handler."""

import time
import uuid


class LambdaContext:
    """What functions and Powertools read of Lambda's context; every call has a new one."""

    function_version = "$LATEST"
    memory_limit_in_mb = 1024
    identity = None
    client_context = None

    def __init__(self, function: str, timeout_seconds: float = 300.0) -> None:
        self.function_name = function
        self.invoked_function_arn = f"arn:aws:lambda:us-east-1:000000000000:function:{function}"
        self.aws_request_id = str(uuid.uuid4())
        self.log_group_name = f"/aws/lambda/{function}"
        self.log_stream_name = "local"
        self._deadline = time.monotonic() + timeout_seconds

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._deadline - time.monotonic()) * 1000))
