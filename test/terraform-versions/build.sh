#!/bin/sh
# Builds Terraform 1.5.7, the oldest that the module works with, from its public module into a folder; with --tofu also OpenTofu.
# Needs Go 1.26 and, on a cold cache, three CPU minutes for the one and six more for the other. Usage: build.sh FOLDER [--tofu]
set -eu

if [ $# -lt 1 ]; then
  echo "usage: $0 FOLDER [--tofu]" >&2
  exit 2
fi
mkdir -p "$1"
out=$(cd "$1" && pwd)

# What their own go.mod and go.sum pin, whatever the caller's environment says; no C compiler is needed.
export GOFLAGS=-mod=readonly GOWORK=off CGO_ENABLED=0

# build NAME MODULE@VERSION PACKAGE: nothing when it is there.
build() {
  if [ -x "$out/$1" ]; then return; fi
  echo "building $1"
  folder=$(cd "$out" && go mod download -json "$2" | sed -n 's/^[[:space:]]*"Dir": "\(.*\)",*$/\1/p')
  (cd "$folder" && go build -trimpath -buildvcs=false -ldflags "-s -w" -o "$out/$1" "$3")
}

build terraform-1.5.7 github.com/hashicorp/terraform@v1.5.7 .
if [ "${2:-}" = --tofu ]; then build tofu-1.12.6 github.com/opentofu/opentofu@v1.12.6 ./cmd/tofu; fi
