#!/usr/bin/env bash
# Makes sure that Debian's Chromium and fonts for Korean are here, where that is allowed. Never fails:
# the browser's tests skip, and say so, without them.
command -v chromium >/dev/null && fc-list 2>/dev/null | grep -qi 'noto.*cjk' && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Chromium is not installed and can't be from here: the browser's tests will be skipped." >&2
    exit 0
fi
echo "Installing Chromium for the browser's tests"
export DEBIAN_FRONTEND=noninteractive
{ apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk; } >/dev/null 2>&1 ||
    echo "Chromium could not be installed: the browser's tests will be skipped." >&2
exit 0
