//go:build kube_1_34

package main

import (
	"context"

	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/dynamic-resource-allocation/resourceslice/tracker"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/dynamicresources"
	frameworkruntime "k8s.io/kubernetes/pkg/scheduler/framework/runtime"
	"k8s.io/kubernetes/pkg/scheduler/util/assumecache"
)

const version = "1.34.4"

type (
	handle            = framework.Handle
	plugin            = framework.Plugin
	scorePlugin       = framework.ScorePlugin
	nodeInfoLister    = framework.NodeInfoLister
	storageInfoLister = framework.StorageInfoLister
	nominatingInfo    = framework.NominatingInfo
)

const nominateOverride = framework.ModeOverride

func seamOptions(ctx context.Context, client kubernetes.Interface, factory informers.SharedInformerFactory) ([]frameworkruntime.Option, error) {
	claims := assumecache.NewAssumeCache(klog.FromContext(ctx), factory.Resource().V1().ResourceClaims().Informer(), "ResourceClaim", "", nil)
	slices, err := tracker.StartTracker(ctx, tracker.Options{SliceInformer: factory.Resource().V1().ResourceSlices(), KubeClient: client})
	if err != nil {
		return nil, err
	}
	return []frameworkruntime.Option{
		frameworkruntime.WithSharedDRAManager(dynamicresources.NewDRAManager(ctx, claims, slices, factory)),
	}, nil
}
