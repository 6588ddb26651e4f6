#!/bin/sh
# Ends what start.sh started. Usage: stop.sh FOLDER
for k in 1 2; do for pid in $(ip netns pids "sparkn$k" 2>/dev/null); do kill -KILL "$pid" 2>/dev/null; done; done
while read -r pid; do kill "$pid" 2>/dev/null; done < "$1/pids"
sleep 1
for k in 1 2; do ip link delete "sparkv$k" 2>/dev/null; ip netns delete "sparkn$k" 2>/dev/null; done
ip link delete sparkbr 2>/dev/null
exit 0
