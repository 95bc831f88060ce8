# Prints the route that HAProxy follows, its grant, and what set-route last recorded. Runs inside the edge's
# container.
cd /edge || exit 1
. ./entry
read_entry "$(ask read 'show map /edge/route.map')"
[ -z "$real" ] || echo "real=$real"
[ -z "$granted" ] || printf '%s\n' "granted=$granted" "fallback=$fallback" "until=$until"
date +now=%s
[ ! -f route.record ] || cat route.record
# A color that lost its traffic when the grant expired.
if [ "$real" != "$entry" ] && [ "$real" = "$fallback" ]; then
  [ "$until" -lt "$now" ] || until=$now
  for lost in blue green; do
    look_at_share "$lost" "$granted"
    had=$share
    look_at_share "$lost" "$fallback"
    if [ "$had" -gt 0 ] && [ "$share" -eq 0 ]; then echo "${lost}_lost_at=$until"; fi
  done
fi
