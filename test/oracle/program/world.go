package main

import (
	"context"
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
	"k8s.io/client-go/tools/events"
	"k8s.io/klog/v2"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/apis/config/latest"
	"k8s.io/kubernetes/pkg/scheduler/backend/cache"
	"k8s.io/kubernetes/pkg/scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/defaultpreemption"
	frameworkruntime "k8s.io/kubernetes/pkg/scheduler/framework/runtime"
	"k8s.io/kubernetes/pkg/scheduler/metrics"
)

// world is one scheduler with the default profile. It is made once and filled anew for each case.
type world struct {
	framework framework.Framework
	plugins   map[string]plugin
	lister    *lister
	nominator *nominator
	client    *fake.Clientset

	pods, nodes, services, replicationControllers, namespaces, volumes, claims *staticInformer
	replicaSets, statefulSets, budgets, classes, csiNodes                      *staticInformer
}

// lister is the snapshot of the current cycle.
type lister struct{ current *cache.Snapshot }

func (lister *lister) NodeInfos() nodeInfoLister       { return lister.current.NodeInfos() }
func (lister *lister) StorageInfos() storageInfoLister { return lister.current.StorageInfos() }

func newWorld(ctx context.Context) (*world, error) {
	metrics.Register()
	// Evict in the cycle itself: a decision is the same, but needs no waiting for.
	if err := utilfeature.DefaultMutableFeatureGate.Set("SchedulerAsyncPreemption=false"); err != nil {
		return nil, err
	}

	client := fake.NewSimpleClientset()
	client.PrependReactor("*", "*", func(action clienttesting.Action) (bool, runtime.Object, error) {
		return true, &v1.Pod{}, nil
	})
	factory := informers.NewSharedInformerFactory(client, 0)
	backing := informers.NewSharedInformerFactory(client, 0)
	world := &world{
		plugins:                map[string]plugin{},
		lister:                 &lister{current: cache.NewEmptySnapshot()},
		nominator:              &nominator{},
		client:                 client,
		pods:                   newStaticInformer(factory, &v1.Pod{}, backing.Core().V1().Pods().Informer()),
		nodes:                  newStaticInformer(factory, &v1.Node{}, backing.Core().V1().Nodes().Informer()),
		services:               newStaticInformer(factory, &v1.Service{}, backing.Core().V1().Services().Informer()),
		replicationControllers: newStaticInformer(factory, &v1.ReplicationController{}, backing.Core().V1().ReplicationControllers().Informer()),
		namespaces:             newStaticInformer(factory, &v1.Namespace{}, backing.Core().V1().Namespaces().Informer()),
		volumes:                newStaticInformer(factory, &v1.PersistentVolume{}, backing.Core().V1().PersistentVolumes().Informer()),
		claims:                 newStaticInformer(factory, &v1.PersistentVolumeClaim{}, backing.Core().V1().PersistentVolumeClaims().Informer()),
		replicaSets:            newStaticInformer(factory, &appsv1.ReplicaSet{}, backing.Apps().V1().ReplicaSets().Informer()),
		statefulSets:           newStaticInformer(factory, &appsv1.StatefulSet{}, backing.Apps().V1().StatefulSets().Informer()),
		budgets:                newStaticInformer(factory, &policyv1.PodDisruptionBudget{}, backing.Policy().V1().PodDisruptionBudgets().Informer()),
		classes:                newStaticInformer(factory, &storagev1.StorageClass{}, backing.Storage().V1().StorageClasses().Informer()),
		csiNodes:               newStaticInformer(factory, &storagev1.CSINode{}, backing.Storage().V1().CSINodes().Informer()),
	}

	configuration, err := latest.Default()
	if err != nil {
		return nil, err
	}
	registry := plugins.NewInTreeRegistry()
	for name, factory := range registry {
		registry[name] = func(ctx context.Context, arguments runtime.Object, handle handle) (plugin, error) {
			made, err := factory(ctx, arguments, handle)
			if err == nil {
				world.plugins[name] = made
			}
			return made, err
		}
	}
	options, err := seamOptions(ctx, client, factory)
	if err != nil {
		return nil, err
	}
	world.framework, err = frameworkruntime.NewFramework(ctx, registry, &configuration.Profiles[0], append(options,
		frameworkruntime.WithClientSet(client),
		frameworkruntime.WithInformerFactory(factory),
		frameworkruntime.WithSnapshotSharedLister(world.lister),
		frameworkruntime.WithPodNominator(world.nominator),
		frameworkruntime.WithEventRecorder(recorder{}),
		frameworkruntime.WithWaitingPods(frameworkruntime.NewWaitingPodsMap()),
		frameworkruntime.WithParallelism(1),
	)...)
	if err != nil {
		return nil, err
	}
	if _, ok := world.plugins[defaultpreemption.Name].(*defaultpreemption.DefaultPreemption); !ok {
		return nil, fmt.Errorf("no plugin %s in the default profile", defaultpreemption.Name)
	}
	return world, nil
}

// fill makes the objects of the case the only ones.
func (world *world) fill(input *testCase) error {
	world.client.ClearActions()
	world.nominator.pods = nil
	pods := append(append([]*v1.Pod{}, input.Bound...), input.Queue...)
	for _, err := range []error{
		replace(world.pods, pods),
		replace(world.nodes, input.Nodes),
		replace(world.services, input.Services),
		replace(world.replicationControllers, input.ReplicationControllers),
		replace(world.namespaces, input.Namespaces),
		replace(world.volumes, input.PersistentVolumes),
		replace(world.claims, input.PersistentVolumeClaims),
		replace(world.replicaSets, input.ReplicaSets),
		replace(world.statefulSets, input.StatefulSets),
		replace(world.budgets, input.PodDisruptionBudgets),
		replace(world.classes, input.StorageClasses),
		replace(world.csiNodes, input.CSINodes),
	} {
		if err != nil {
			return err
		}
	}
	for _, pod := range input.Queue {
		if pod.Status.NominatedNodeName != "" {
			world.nominator.set(pod, pod.Status.NominatedNodeName)
		}
	}
	return nil
}

// recorder drops events.
type recorder struct{}

func (recorder) Eventf(runtime.Object, runtime.Object, string, string, string, string, ...interface{}) {
}

func (recorder recorder) WithLogger(klog.Logger) events.EventRecorderLogger { return recorder }

var _ fwk.CycleState = framework.NewCycleState()
