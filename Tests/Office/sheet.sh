#!/bin/bash
# Called by ippeveprinter for each job with the file that came. Tells its state on stderr, as ippeveprinter wants it.
unset LD_PRELOAD
has() { grep -qs "$1" "$TROUBLE"; }
if has media-empty; then
  echo "STATE: +media-empty-error" >&2
  while has media-empty; do sleep 0.1; done
  echo "STATE: -media-empty-error" >&2
fi
# In the middle of a page, as real ones do: of a printer that drops a job within a second the ipp backend of CUPS 2.4.2
# sometimes says that it has printed it, because its two threads race for the state.
if has fail; then sleep 3; exit 1; fi
# By the time: a printer that was switched off counts its jobs from one again.
out=$PRINTED/$(date +%s%N)
cp "$1" "$out.part"
# What the printer was told of the paper, beside it: the attributes of the job come as IPP_NAME.
env | grep -E '^IPP_(MEDIA|JOB_NAME)' | sort > "$out.ipp" || true
mv "$out.part" "$out.${CONTENT_TYPE##*/}"
echo "ATTR: job-impressions-completed=1" >&2
