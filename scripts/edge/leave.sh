# Lets a load balancer in front find this edge unhealthy, while HAProxy goes on with what it gets. Until
# HAProxy starts again or reloads. Runs inside the edge's container.
echo 'disable frontend health' | socat -t 5 - UNIX-CONNECT:/run/haproxy/admin.sock
