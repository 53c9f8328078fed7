#!/bin/sh
# Builds etcd, kube-apiserver, kube-controller-manager and kube-scheduler from their public modules into a folder.
# Needs Go 1.26 and, on a cold cache, about five minutes on two cores. Usage: test/control-plane/build.sh FOLDER
set -eu

if [ $# -ne 1 ]; then
  echo "usage: $0 FOLDER" >&2
  exit 2
fi
mkdir -p "$1"
out=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)

version=$(sed -n 's/^[[:space:]]*\(require \)\{0,1\}k8s\.io\/kubernetes \(v[0-9.]*\).*/\2/p' "$here/go.mod" | head -n 1)
minor=${version#v1.}
minor=${minor%%.*}
stamp=k8s.io/component-base/version

# The pinned modules only, whatever the caller's environment says; no C compiler is needed.
export GOFLAGS=-mod=readonly GOWORK=off CGO_ENABLED=0

echo "building etcd"
(cd "$here/etcd" && go build -trimpath -buildvcs=false -ldflags "-s -w" -o "$out/etcd" go.etcd.io/etcd/server/v3)
for program in kube-apiserver kube-controller-manager kube-scheduler; do
  echo "building $program $version"
  (cd "$here" && go build -trimpath -buildvcs=false \
    -ldflags "-s -w -X $stamp.gitVersion=$version -X $stamp.gitMajor=1 -X $stamp.gitMinor=$minor -X $stamp.gitTreeState=clean" \
    -o "$out/$program" "k8s.io/kubernetes/cmd/$program")
done
