#!/bin/sh
# Builds the oracle for each Kubernetes version that it knows into a folder: oracle-1.34, oracle-1.35, oracle-1.36.
# What the folder already holds, built from the same sources, is kept. Needs Go 1.26 and, on a cold cache, about four
# minutes on two cores: what is not Kubernetes' own has the versions of the newest in all of them, so that is built once.
# EKS_GPU_ORACLE_MINORS="1.36" builds only those. Usage: test/oracle/build.sh FOLDER
set -eu

if [ $# -ne 1 ]; then
  echo "usage: $0 FOLDER" >&2
  exit 2
fi
mkdir -p "$1"
out=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)/program

# The pinned modules only, whatever the caller's environment says; no C compiler is needed.
export GOFLAGS=-mod=readonly GOWORK=off CGO_ENABLED=0

for module in "$here"/go-1.*.mod; do
  minor=$(basename "$module" .mod)
  minor=${minor#go-}
  case " ${EKS_GPU_ORACLE_MINORS:-$minor} " in *" $minor "*) ;; *) continue ;; esac
  key=$({ go version; cat "$here"/*.go "$module" "${module%.mod}.sum"; } | cksum)
  if [ -x "$out/oracle-$minor" ] && [ "$(cat "$out/oracle-$minor.key" 2>/dev/null)" = "$key" ]; then
    echo "oracle $minor is built"
    continue
  fi
  echo "building oracle $minor"
  (cd "$here" && go build -modfile="$(basename "$module")" -tags "kube_$(echo "$minor" | tr . _)" -trimpath -buildvcs=false \
    -ldflags "-s -w" -o "$out/oracle-$minor" .)
  echo "$key" >"$out/oracle-$minor.key"
done
