#!/bin/sh
# Starts Slurm with two nodes on this computer, each in its own network namespace. Usage: start.sh FOLDER
# Jobs of the partition "urgent" preempt those of "main". A requeued job starts again as soon as its credential has expired,
# which takes two minutes by default. Prints SLURM_CONF. FOLDER/pids gets the numbers of the processes; stop.sh ends them.
set -e
folder=$1
mkdir -p "$folder/state" "$folder/run" "$folder/munge"
cd "$folder"
: > pids
# What an earlier call left.
ip link delete sparkbr 2>/dev/null || true
for k in 1 2; do
  ip link delete "sparkv$k" 2>/dev/null || true
  ip netns delete "sparkn$k" 2>/dev/null || true
done
ip link add sparkbr type bridge
ip addr add 10.83.0.1/24 dev sparkbr
ip link set sparkbr up
for k in 1 2; do
  ip netns add "sparkn$k"
  ip link add "sparkv$k" type veth peer name eth0 netns "sparkn$k"
  ip link set "sparkv$k" master sparkbr up
  ip netns exec "sparkn$k" ip addr add "10.83.0.1$k/24" dev eth0
  ip netns exec "sparkn$k" ip link set eth0 up
  ip netns exec "sparkn$k" ip link set lo up
  ip netns exec "sparkn$k" ip route add default via 10.83.0.1
done
dd if=/dev/urandom of=munge/key bs=1024 count=1 2>/dev/null
chmod 400 munge/key
chmod 755 . munge
munged --foreground --force --key-file="$folder/munge/key" --socket="$folder/munge/socket" --pid-file="$folder/munge/pid" \
  --log-file="$folder/munge/log" --seed-file="$folder/munge/seed" > munge/out 2>&1 &
echo $! >> pids
cat > slurm.conf <<EOF
ClusterName=spark
SlurmctldHost=$(hostname)(10.83.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge/socket,cred_expire=5
CredType=cred/munge
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
SlurmctldParameters=enable_configless
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/run/%n
SlurmctldPidFile=$folder/run/ctld.pid
SlurmdPidFile=$folder/run/%n.pid
SlurmctldLogFile=$folder/ctld.log
SlurmdLogFile=$folder/%n.log
MpiDefault=none
NodeName=sparkn1 NodeAddr=10.83.0.11 CPUs=2 RealMemory=2000
NodeName=sparkn2 NodeAddr=10.83.0.12 CPUs=2 RealMemory=2000
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
KillWait=2
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP PriorityTier=1
PartitionName=urgent Nodes=ALL MaxTime=INFINITE State=UP PriorityTier=10
EOF
mkdir -p run/sparkn1 run/sparkn2
export SLURM_CONF="$folder/slurm.conf"
sleep 1
slurmctld -D -i > ctld.out 2>&1 &
echo $! >> pids
for k in 1 2; do
  nsenter --net="/run/netns/sparkn$k" unshare --uts sh -c "hostname sparkn$k && exec slurmd -D -N sparkn$k" > "slurmd$k.out" 2>&1 &
  echo $! >> pids
done
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  sleep 1
  [ "$(sinfo -h -t idle -o %D 2>/dev/null)" = 2 ] && break
done
sinfo >&2
echo "$SLURM_CONF"
