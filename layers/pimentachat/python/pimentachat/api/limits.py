"""What one request may carry and cause (docs/limits.md)."""

from typing import Final

BODY_BYTES_MOST: Final = 4_400_000
"""The event of a Lambda function is at most 6 MB, of which base64 leaves this much to a body."""
FORM_BYTES_MOST: Final = BODY_BYTES_MOST + 64 * 1024
"""A multipart form may be this much larger, so that a file of the largest size (FileUpload_MaxFileSize, which is
BODY_BYTES_MOST) fits in with what is said of it."""
ANSWER_BYTES_MOST: Final = 5_500_000
"""A Lambda function sends at most 6 MB, headers and all."""
FILES_MOST: Final = 8
FIELDS_MOST: Final = 64
"""Of a multipart form."""
PREFETCHED_KEYS_MOST: Final = 40
"""What the parameters name beyond it is read when it is needed."""
