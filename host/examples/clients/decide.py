#!/usr/bin/env python3
"""decide.py CASE: sends a case to a server and prints its decision.

KOUJING_URL is the server, KOUJING_TOKEN the caller's token, if the server asks for one. Needs nothing but Python.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request

TRIES = 5


def decide(case: bytes, url: str, token: str = "") -> dict:
    """Returns the decision. A 429 or 503 is tried again when the server says so: deciding twice does no harm."""
    request = urllib.request.Request(url + "/v1/decide", data=case, headers={"Content-Type": "application/json"})
    if token:
        request.add_header("Authorization", "Bearer " + token)
    for left in reversed(range(TRIES)):
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as e:
            if e.code not in (429, 503) or left == 0:
                problem = json.load(e)
                raise RuntimeError(f"{problem['code']}: {problem['detail']}") from None
            time.sleep(float(e.headers.get("Retry-After", 1)))
    raise AssertionError("not reached")


def main() -> None:
    with open(sys.argv[1], "rb") as f:
        case = f.read()
    decision = decide(case, os.environ.get("KOUJING_URL", "http://127.0.0.1:8080"), os.environ.get("KOUJING_TOKEN", ""))
    json.dump(decision, sys.stdout, ensure_ascii=False, indent=1)
    print()
    if decision["status"] == "invalid":
        sys.exit(3)


if __name__ == "__main__":
    main()
