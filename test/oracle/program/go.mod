// Read by no build: build.sh names go-1.34.mod, go-1.35.mod or go-1.36.mod.
module eks-gpu-clusters/test/oracle

go 1.24.0
