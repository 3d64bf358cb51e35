"""What may be attached to a request: PDF, docx, xlsx, odt, PNG or JPEG, by the content of the file. Pure."""

from __future__ import annotations

LARGEST = 10 * 1024 * 1024
MOST = 20
"""Files of one request."""
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "png": "image/png",
    "jpg": "image/jpeg",
}
