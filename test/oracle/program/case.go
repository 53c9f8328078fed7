package main

import (
	appsv1 "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	storagev1 "k8s.io/api/storage/v1"
)

// testCase is one case: plain Kubernetes objects, and the pods to be tried one after another. A pod of the queue may be
// named again in `again`: it is then tried once more after all others, in that order. With `preemptorsStay`, a pod that
// preempts is bound to the first candidate at once, as if its victims had gone and it had been tried again by then.
type testCase struct {
	Nodes                  []*v1.Node                      `json:"nodes"`
	Bound                  []*v1.Pod                       `json:"bound"`
	Queue                  []*v1.Pod                       `json:"queue"`
	Again                  []string                        `json:"again"`
	PreemptorsStay         bool                            `json:"preemptorsStay"`
	Services               []*v1.Service                   `json:"services"`
	ReplicaSets            []*appsv1.ReplicaSet            `json:"replicaSets"`
	StatefulSets           []*appsv1.StatefulSet           `json:"statefulSets"`
	ReplicationControllers []*v1.ReplicationController     `json:"replicationControllers"`
	Namespaces             []*v1.Namespace                 `json:"namespaces"`
	PodDisruptionBudgets   []*policyv1.PodDisruptionBudget `json:"podDisruptionBudgets"`
	PersistentVolumes      []*v1.PersistentVolume          `json:"persistentVolumes"`
	PersistentVolumeClaims []*v1.PersistentVolumeClaim     `json:"persistentVolumeClaims"`
	StorageClasses         []*storagev1.StorageClass       `json:"storageClasses"`
	CSINodes               []*storagev1.CSINode            `json:"csiNodes"`
}

// answer is what the scheduler did with a case.
type answer struct {
	Version string `json:"version"`
	Steps   []step `json:"steps,omitempty"`
	// Problem is set when the case could not be played.
	Problem string `json:"problem,omitempty"`
}

// step is one scheduling cycle.
type step struct {
	// Pod is `namespace/name`.
	Pod string `json:"pod"`
	// Outcome is placed, unschedulable, gated or error.
	Outcome string `json:"outcome"`
	// Rejected has the filters' answer for every node that a filter turned down.
	Rejected map[string]rejection `json:"rejected,omitempty"`
	// Feasible has the nodes that passed all filters, sorted by name.
	Feasible []string `json:"feasible,omitempty"`
	// Scores has, for each plugin that did not skip the pod, one score for each feasible node, in the order of Feasible;
	// absent when there are fewer than two feasible nodes, as nothing is scored then.
	Scores map[string]scores `json:"scores,omitempty"`
	// Hosts has the nodes of the highest total, sorted by name: kube-scheduler picks any of them.
	Hosts []string `json:"hosts,omitempty"`
	// Message is the text of the FailedScheduling event.
	Message string `json:"message,omitempty"`
	// Candidates has the nodes that preemption may choose, sorted by name: kube-scheduler picks any of them.
	Candidates []string `json:"candidates,omitempty"`
	// Victims has the pods to be evicted from the first of the candidates, the most important first, as `namespace/name`.
	Victims []string `json:"victims,omitempty"`
}

type rejection struct {
	Plugin string `json:"plugin"`
	// Unresolvable tells UnschedulableAndUnresolvable from Unschedulable.
	Unresolvable bool `json:"unresolvable,omitempty"`
	// Reasons are sorted: those of extended resources come in random order.
	Reasons []string `json:"reasons"`
}

type scores struct {
	Raw []int64 `json:"raw"`
	// Weighted is normalised and multiplied by the plugin's weight.
	Weighted []int64 `json:"weighted"`
}
