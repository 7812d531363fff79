"""Where contents are kept, as the environment says (docs/contents.md)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

# Whoever waits for a page is told after seconds, not after minutes, that the bucket is away.
CONNECT_SECONDS = 5
READ_SECONDS = 20
ATTEMPTS = 2


def contents_storage(given: Mapping[str, str], usual: Path) -> dict[str, object]:
    """Return where contents such as micrographs are kept: a bucket that is named, or a folder."""
    bucket = given.get("LABSYS_CONTENTS_S3_BUCKET", "").strip()
    if not bucket:
        folder = given.get("LABSYS_CONTENTS") or usual
        return {"BACKEND": "labsys.lib.contents.ContentStorage", "OPTIONS": {"location": folder}}
    from botocore.config import Config

    options: dict[str, object] = {
        "bucket_name": bucket,
        "location": given.get("LABSYS_CONTENTS_S3_PREFIX", ""),
        "endpoint_url": given.get("LABSYS_CONTENTS_S3_ENDPOINT") or None,
        "region_name": given.get("LABSYS_CONTENTS_S3_REGION") or None,
        "access_key": given.get("LABSYS_CONTENTS_S3_ACCESS_KEY") or None,
        "secret_key": given.get("LABSYS_CONTENTS_S3_SECRET_KEY") or None,
        "default_acl": None,
        "file_overwrite": True,  # the same name is the same bytes
        "querystring_auth": True,
        "client_config": Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        ),
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
