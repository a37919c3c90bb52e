#!/bin/sh
# decide.sh CASE: sends a case to a server and prints its decision. KOUJING_URL is the server, KOUJING_TOKEN the caller's
# token, if the server asks for one. A 429 or 503 is tried again when the server says so: deciding twice does no harm.
set -eu
exec curl --silent --show-error --fail-with-body --retry 5 \
	--header 'Content-Type: application/json' \
	${KOUJING_TOKEN:+--header "Authorization: Bearer $KOUJING_TOKEN"} \
	--data-binary "@$1" "${KOUJING_URL:-http://127.0.0.1:8080}/v1/decide"
