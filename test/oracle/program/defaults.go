package main

import (
	"fmt"

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	corev1 "k8s.io/kubernetes/pkg/apis/core/v1"
	storage "k8s.io/kubernetes/pkg/apis/storage/v1"
)

// applyDefaults does to the objects what the API server does to them before the scheduler sees them.
func applyDefaults(input *testCase) {
	for _, node := range input.Nodes {
		corev1.SetObjectDefaults_Node(node)
	}
	for index, pod := range input.Bound {
		preparePod(pod, fmt.Sprintf("bound-%d", index))
	}
	for index, pod := range input.Queue {
		preparePod(pod, fmt.Sprintf("queue-%d", index))
	}
	for index, claim := range input.PersistentVolumeClaims {
		corev1.SetObjectDefaults_PersistentVolumeClaim(claim)
		inDefaultNamespace(&claim.ObjectMeta)
		if claim.UID == "" {
			claim.UID = types.UID(fmt.Sprintf("claim-%d", index))
		}
		// The scheduler's caches of volumes and claims demand one.
		claim.ResourceVersion = "1"
	}
	for _, volume := range input.PersistentVolumes {
		corev1.SetObjectDefaults_PersistentVolume(volume)
		volume.ResourceVersion = "1"
	}
	for _, class := range input.StorageClasses {
		storage.SetObjectDefaults_StorageClass(class)
	}
	for _, service := range input.Services {
		inDefaultNamespace(&service.ObjectMeta)
	}
	for _, set := range input.ReplicaSets {
		inDefaultNamespace(&set.ObjectMeta)
	}
	for _, set := range input.StatefulSets {
		inDefaultNamespace(&set.ObjectMeta)
	}
	for _, controller := range input.ReplicationControllers {
		inDefaultNamespace(&controller.ObjectMeta)
	}
	for _, budget := range input.PodDisruptionBudgets {
		inDefaultNamespace(&budget.ObjectMeta)
	}
}

func inDefaultNamespace(meta *metav1.ObjectMeta) {
	if meta.Namespace == "" {
		meta.Namespace = "default"
	}
}

func preparePod(pod *v1.Pod, uid string) {
	inDefaultNamespace(&pod.ObjectMeta)
	if pod.UID == "" {
		pod.UID = types.UID(uid)
	}
	corev1.SetObjectDefaults_Pod(pod)
	canonicalQuantities(pod)
	mergeLabelKeys(pod)
}

// canonicalQuantities writes amounts as the API server sends them: 0.5Gi becomes 512Mi. As it was parsed it would be a
// decimal behind a pointer, which the scheduler's sums share and change.
func canonicalQuantities(pod *v1.Pod) {
	canonical := func(list v1.ResourceList) {
		for name, quantity := range list {
			if parsed, err := resource.ParseQuantity(quantity.String()); err == nil {
				list[name] = parsed
			}
		}
	}
	requirements := func(requirements *v1.ResourceRequirements) {
		if requirements != nil {
			canonical(requirements.Requests)
			canonical(requirements.Limits)
		}
	}
	requirements(pod.Spec.Resources)
	canonical(pod.Spec.Overhead)
	for _, containers := range [][]v1.Container{pod.Spec.Containers, pod.Spec.InitContainers} {
		for index := range containers {
			requirements(&containers[index].Resources)
		}
	}
	for _, statuses := range [][]v1.ContainerStatus{pod.Status.ContainerStatuses, pod.Status.InitContainerStatuses} {
		for index := range statuses {
			requirements(statuses[index].Resources)
			canonical(statuses[index].AllocatedResources)
		}
	}
}

// mergeLabelKeys turns matchLabelKeys and mismatchLabelKeys into expressions of the selectors, as the API server does when
// a pod is created (pkg/registry/core/pod/strategy.go).
func mergeLabelKeys(pod *v1.Pod) {
	expressions := func(selector *metav1.LabelSelector, keys []string, operator metav1.LabelSelectorOperator) {
		for _, key := range keys {
			if value, ok := pod.Labels[key]; ok {
				selector.MatchExpressions = append(selector.MatchExpressions,
					metav1.LabelSelectorRequirement{Key: key, Operator: operator, Values: []string{value}})
			}
		}
	}
	term := func(term *v1.PodAffinityTerm) {
		if term.LabelSelector != nil {
			expressions(term.LabelSelector, term.MatchLabelKeys, metav1.LabelSelectorOpIn)
			expressions(term.LabelSelector, term.MismatchLabelKeys, metav1.LabelSelectorOpNotIn)
		}
	}
	terms := func(required []v1.PodAffinityTerm, preferred []v1.WeightedPodAffinityTerm) {
		for index := range required {
			term(&required[index])
		}
		for index := range preferred {
			term(&preferred[index].PodAffinityTerm)
		}
	}
	if affinity := pod.Spec.Affinity; affinity != nil {
		if near := affinity.PodAffinity; near != nil {
			terms(near.RequiredDuringSchedulingIgnoredDuringExecution, near.PreferredDuringSchedulingIgnoredDuringExecution)
		}
		if far := affinity.PodAntiAffinity; far != nil {
			terms(far.RequiredDuringSchedulingIgnoredDuringExecution, far.PreferredDuringSchedulingIgnoredDuringExecution)
		}
	}
	for index := range pod.Spec.TopologySpreadConstraints {
		constraint := &pod.Spec.TopologySpreadConstraints[index]
		if constraint.LabelSelector != nil {
			expressions(constraint.LabelSelector, constraint.MatchLabelKeys, metav1.LabelSelectorOpIn)
		}
	}
}
