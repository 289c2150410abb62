#!/bin/bash
# printer.sh FOLDER PORT [FILE]: an IPP Everywhere printer on localhost:PORT. What it is out of stands in FOLDER/trouble
# (media-empty, fail), what it printed lies in FOLDER/printed. FILE: what it says of itself, such as a5.conf. Ends with
# its process.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1/printed" "$1/spool"
export PRINTED=$1/printed TROUBLE=$1/trouble
[ -e "$1/noavahi.so" ] || cc -shared -fPIC -o "$1/noavahi.so" "$here/noavahi.c"
export LD_PRELOAD=$1/noavahi.so
what=(-f application/pdf)
[ -z "${3:-}" ] || what=(-a "$here/$3")
exec /usr/sbin/ippeveprinter -p "$2" -n localhost -d "$1/spool" -c "$here/sheet.sh" "${what[@]}" "Máy in thử"
