"""Ask a web server whether it is ready: `python -m labsys.launch.ready URL`."""

import os
import sys
import urllib.error
import urllib.request


def ask(url: str, patience: float = 5) -> tuple[bool, str]:
    """True with the answer's text when the server answers 200, else False and why."""
    # No proxy: the server asked is this machine's own.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, headers=_host())  # noqa: S310
    try:
        with opener.open(request, timeout=patience) as answer:
            return answer.status == 200, answer.read(4096).decode(errors="replace")
    except urllib.error.HTTPError as refused:
        return False, refused.read(4096).decode(errors="replace")
    except OSError as error:
        return False, str(error)


def _host() -> dict[str, str]:
    """The server answers to its own names only, and 127.0.0.1 may not be one of them."""
    allowed = os.environ.get("LABSYS_ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".")
    return {"Host": allowed} if allowed and allowed != "*" else {}


if __name__ == "__main__":
    is_ready, text = ask(sys.argv[1])
    print(text)
    sys.exit(0 if is_ready else 1)
