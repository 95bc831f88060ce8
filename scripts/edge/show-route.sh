# Prints HAProxy's current route and what set-route last recorded. Runs inside the edge's container.
cd /edge || exit 1
echo 'show map /edge/route.map' | socat -t 5 - UNIX-CONNECT:/run/haproxy/read.sock |
  awk '$2 == "route" { print "real=" $3; exit }'
date +now=%s
[ ! -f route.record ] || cat route.record
