# Makes this edge fail the health checks of a load balancer in front, while HAProxy keeps serving requests.
# Lasts until HAProxy restarts or reloads. Runs inside the edge's container.
echo 'disable frontend health' | socat -t 5 - UNIX-CONNECT:/run/haproxy/admin.sock
