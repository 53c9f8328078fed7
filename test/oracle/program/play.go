package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"

	v1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/sets"
	corev1helpers "k8s.io/component-helpers/scheduling/corev1"
	extenderv1 "k8s.io/kube-scheduler/extender/v1"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/backend/cache"
	"k8s.io/kubernetes/pkg/scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/defaultpreemption"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/names"
	"k8s.io/kubernetes/pkg/scheduler/framework/preemption"
	"k8s.io/kubernetes/pkg/scheduler/util"
)

// play tries the pods of the queue one after another. A pod that is placed is bound at once, to the first host by name.
// A pod that preempts is nominated, or bound, to the first candidate by name, and the victims are gone at once.
func (world *world) play(ctx context.Context, input *testCase) ([]step, error) {
	applyDefaults(input)
	if err := world.fill(input); err != nil {
		return nil, err
	}
	queue := slices.Clone(input.Queue)
	for _, name := range input.Again {
		index := slices.IndexFunc(input.Queue, func(pod *v1.Pod) bool { return podKey(pod) == name })
		if index < 0 {
			return nil, fmt.Errorf("%s is to be tried again but is not in the queue", name)
		}
		queue = append(queue, input.Queue[index])
	}

	bound := slices.DeleteFunc(slices.Clone(input.Bound), func(pod *v1.Pod) bool {
		// The scheduler does not watch pods that have ended, and looks at no node that does not exist.
		return pod.Status.Phase == v1.PodSucceeded || pod.Status.Phase == v1.PodFailed ||
			!slices.ContainsFunc(input.Nodes, func(node *v1.Node) bool { return node.Name == pod.Spec.NodeName })
	})
	var steps []step
	for _, pod := range queue {
		if pod.Spec.NodeName != "" {
			continue
		}
		world.lister.current = cache.NewSnapshot(bound, input.Nodes)
		result, err := world.cycle(ctx, pod, len(input.Nodes))
		if err != nil {
			return nil, err
		}
		switch {
		case result.Outcome == "placed":
			world.nominator.set(pod, "")
			pod.Spec.NodeName = result.Hosts[0]
			bound = append(bound, pod)
		case len(result.Candidates) > 0:
			node := result.Candidates[0]
			bound = slices.DeleteFunc(bound, func(other *v1.Pod) bool { return slices.Contains(result.Victims, podKey(other)) })
			// Pods of lower priority lose their promise of the node (pkg/scheduler/framework/preemption).
			for _, other := range slices.Clone(world.nominator.pods) {
				if other.node == node && corev1helpers.PodPriority(other.pod) < corev1helpers.PodPriority(pod) {
					world.nominator.set(other.pod, "")
				}
			}
			if input.PreemptorsStay {
				spend(input.PodDisruptionBudgets, input.Bound, result.Victims)
				world.nominator.set(pod, "")
				pod.Spec.NodeName = node
				bound = append(bound, pod)
			} else {
				world.nominator.set(pod, node)
			}
		case result.clearsNomination:
			world.nominator.set(pod, "")
		}
		steps = append(steps, result.step)
	}
	return steps, nil
}

// spend takes the victims off what disruption budgets allow, as the disruption controller does once they are gone.
func spend(budgets []*policyv1.PodDisruptionBudget, bound []*v1.Pod, victims []string) {
	for _, budget := range budgets {
		selector, err := metav1.LabelSelectorAsSelector(budget.Spec.Selector)
		if err != nil {
			continue
		}
		for _, pod := range bound {
			if pod.Namespace == budget.Namespace && selector.Matches(labels.Set(pod.Labels)) && slices.Contains(victims, podKey(pod)) &&
				budget.Status.DisruptionsAllowed > 0 {
				budget.Status.DisruptionsAllowed--
			}
		}
	}
}

type cycleResult struct {
	step
	// clearsNomination is set when the pod loses the node that it had been promised.
	clearsNomination bool
}

// cycle is one scheduling cycle over all nodes; the order of its parts is that of schedulePod and schedulingCycle in
// pkg/scheduler/schedule_one.go, which cannot be called from outside without queue, cache and API server.
func (world *world) cycle(ctx context.Context, pod *v1.Pod, nodeCount int) (cycleResult, error) {
	result := cycleResult{step: step{Pod: podKey(pod)}}
	for _, plugin := range world.framework.PreEnqueuePlugins() {
		if status := plugin.PreEnqueue(ctx, pod); !status.IsSuccess() {
			result.Outcome = "gated"
			result.Message = status.Message()
			return result, nil
		}
	}
	if nodeCount == 0 {
		result.Outcome = "unschedulable"
		result.Message = "no nodes available to schedule pods"
		result.clearsNomination = true
		return result, nil
	}

	failed := func(err error) (cycleResult, error) {
		result.Outcome = "error"
		result.Message = err.Error()
		result.clearsNomination = true
		return result, nil
	}

	state := framework.NewCycleState()
	diagnosis := framework.Diagnosis{NodeToStatus: framework.NewDefaultNodeToStatus()}
	feasible, err := world.findFeasible(ctx, state, pod, &diagnosis, &result)
	if err != nil {
		return failed(err)
	}
	if len(feasible) > 0 {
		hosts, err := world.score(ctx, state, pod, feasible, &result)
		if err != nil {
			return failed(err)
		}
		result.Outcome = "placed"
		result.Hosts = hosts
		if status := world.framework.RunReservePluginsReserve(ctx, state, assumed(pod, hosts[0]), hosts[0]); !status.IsSuccess() {
			return failed(fmt.Errorf("reserve: %s", status.Message()))
		}
		return result, nil
	}

	fitError := &framework.FitError{Pod: pod, NumAllNodes: nodeCount, Diagnosis: diagnosis}
	postFilter, status := world.framework.RunPostFilterPlugins(ctx, state, pod, fitError.Diagnosis.NodeToStatus)
	fitError.Diagnosis.PostFilterMsg = status.Message()
	result.Outcome = "unschedulable"
	result.Message = fitError.Error()
	result.clearsNomination = postFilter != nil && postFilter.NominatingInfo != nil &&
		postFilter.NominatedNodeName == "" && postFilter.NominatingMode == nominateOverride
	if status.IsSuccess() {
		if err := world.findCandidates(ctx, state, pod, diagnosis.NodeToStatus, &result); err != nil {
			return result, err
		}
		if !slices.Contains(result.Candidates, postFilter.NominatedNodeName) && nodeCount <= 100 {
			return result, fmt.Errorf("%s was nominated, which is not among %v", postFilter.NominatedNodeName, result.Candidates)
		}
	}
	return result, nil
}

func (world *world) findFeasible(ctx context.Context, state fwk.CycleState, pod *v1.Pod, diagnosis *framework.Diagnosis, result *cycleResult) ([]fwk.NodeInfo, error) {
	all, err := world.lister.current.NodeInfos().List()
	if err != nil {
		return nil, err
	}
	narrowed, status, plugins := world.framework.RunPreFilterPlugins(ctx, state, pod)
	if !status.IsSuccess() {
		if !status.IsRejected() {
			return nil, status.AsError()
		}
		diagnosis.NodeToStatus.SetAbsentNodesStatus(status)
		diagnosis.PreFilterMsg = status.Message()
		return nil, nil
	}

	filter := func(nodes []fwk.NodeInfo) ([]fwk.NodeInfo, error) {
		var feasible []fwk.NodeInfo
		for _, node := range nodes {
			status := world.framework.RunFilterPluginsWithNominatedPods(ctx, state, pod, node)
			switch {
			case status.Code() == fwk.Error:
				return nil, status.AsError()
			case status.IsSuccess():
				feasible = append(feasible, node)
			default:
				diagnosis.NodeToStatus.Set(node.Node().Name, status)
			}
		}
		return feasible, nil
	}

	if promised := pod.Status.NominatedNodeName; promised != "" {
		if node, err := world.lister.current.NodeInfos().Get(promised); err == nil {
			feasible, err := filter([]fwk.NodeInfo{node})
			if err == nil && len(feasible) > 0 {
				result.Feasible = []string{promised}
				return feasible, nil
			}
		}
	}

	nodes := all
	if !narrowed.AllNodes() {
		nodes = nil
		for name := range narrowed.NodeNames {
			if node, err := world.lister.current.NodeInfos().Get(name); err == nil {
				nodes = append(nodes, node)
			}
		}
		diagnosis.NodeToStatus.SetAbsentNodesStatus(fwk.NewStatus(fwk.UnschedulableAndUnresolvable,
			fmt.Sprintf("node(s) didn't satisfy plugin(s) %v", sets.List(plugins))))
	}
	feasible, err := filter(nodes)
	if err != nil {
		return nil, err
	}
	sort.Slice(feasible, func(i, j int) bool { return feasible[i].Node().Name < feasible[j].Node().Name })
	for _, node := range feasible {
		result.Feasible = append(result.Feasible, node.Node().Name)
	}
	diagnosis.NodeToStatus.ForEachExplicitNode(func(name string, status *fwk.Status) {
		if result.Rejected == nil {
			result.Rejected = map[string]rejection{}
		}
		result.Rejected[name] = rejection{
			Plugin:       status.Plugin(),
			Unresolvable: status.Code() == fwk.UnschedulableAndUnresolvable,
			Reasons:      slices.Sorted(slices.Values(status.Reasons())),
		}
	})
	return feasible, nil
}

// score fills in the scores and returns the hosts with the highest total.
func (world *world) score(ctx context.Context, state fwk.CycleState, pod *v1.Pod, feasible []fwk.NodeInfo, result *cycleResult) ([]string, error) {
	if len(feasible) == 1 {
		return []string{feasible[0].Node().Name}, nil
	}
	if status := world.framework.RunPreScorePlugins(ctx, state, pod, feasible); !status.IsSuccess() {
		return nil, status.AsError()
	}
	result.Scores = map[string]scores{}
	for _, name := range world.framework.ListPlugins().Score.Enabled {
		if state.GetSkipScorePlugins().Has(name.Name) {
			continue
		}
		plugin, ok := world.plugins[name.Name].(scorePlugin)
		if !ok {
			return nil, fmt.Errorf("%s does not score", name.Name)
		}
		var raw []int64
		for _, node := range feasible {
			score, status := plugin.Score(ctx, state, pod, node)
			if !status.IsSuccess() {
				return nil, status.AsError()
			}
			raw = append(raw, score)
		}
		// No case has resource claims.
		if name.Name == names.DynamicResources && !slices.ContainsFunc(raw, func(score int64) bool { return score != 0 }) {
			continue
		}
		result.Scores[name.Name] = scores{Raw: raw}
	}

	totals, status := world.framework.RunScorePlugins(ctx, state, pod, feasible)
	if !status.IsSuccess() {
		return nil, status.AsError()
	}
	best := int64(math.MinInt64)
	var hosts []string
	for _, node := range totals {
		for _, score := range node.Scores {
			entry, ok := result.Scores[score.Name]
			if !ok {
				if score.Score != 0 {
					return nil, fmt.Errorf("%s skipped the pod but gave %d", score.Name, score.Score)
				}
				continue
			}
			entry.Weighted = append(entry.Weighted, score.Score)
			result.Scores[score.Name] = entry
		}
		if node.TotalScore > best {
			best, hosts = node.TotalScore, nil
		}
		if node.TotalScore == best {
			hosts = append(hosts, node.Name)
		}
	}
	return hosts, nil
}

// findCandidates lists the nodes that preemption ranks first, all nodes looked at, and the victims on the first of them.
func (world *world) findCandidates(ctx context.Context, state fwk.CycleState, pod *v1.Pod, statuses *framework.NodeToStatus, result *cycleResult) error {
	evaluator := world.plugins[defaultpreemption.Name].(*defaultpreemption.DefaultPreemption).Evaluator
	potential, err := statuses.NodesForStatusCode(world.lister.current.NodeInfos(), fwk.Unschedulable)
	if err != nil {
		return err
	}
	var budgets []*policyv1.PodDisruptionBudget
	for _, object := range world.budgets.GetIndexer().List() {
		budgets = append(budgets, object.(*policyv1.PodDisruptionBudget))
	}
	found, _, err := evaluator.DryRunPreemption(ctx, state, pod, potential, budgets, 0, int32(len(potential)))
	if len(found) == 0 {
		return errors.Join(errors.New("preemption succeeded without a candidate"), err)
	}
	sort.Slice(found, func(i, j int) bool { return found[i].Name() < found[j].Name() })
	best := found[:0:0]
	for _, candidate := range found {
		switch order := compareVictims(candidate.Victims(), found[0].Victims()); {
		case len(best) == 0:
			best = append(best, candidate)
		default:
			order = compareVictims(candidate.Victims(), best[0].Victims())
			if order < 0 {
				best = []preemption.Candidate{candidate}
			} else if order == 0 {
				best = append(best, candidate)
			}
		}
	}
	for _, candidate := range best {
		result.Candidates = append(result.Candidates, candidate.Name())
	}
	for _, victim := range best[0].Victims().Pods {
		result.Victims = append(result.Victims, podKey(victim))
	}
	return nil
}

// compareVictims is negative when preemption would rather evict the first ones (pickOneNodeForPreemption).
func compareVictims(a, b *extenderv1.Victims) int {
	sum := func(victims *extenderv1.Victims) (sum int64) {
		for _, pod := range victims.Pods {
			sum += int64(corev1helpers.PodPriority(pod)) + math.MaxInt32 + 1
		}
		return sum
	}
	start := func(victims *extenderv1.Victims) int64 { return util.GetEarliestPodStartTime(victims).UnixNano() }
	for _, difference := range []int64{
		a.NumPDBViolations - b.NumPDBViolations,
		int64(corev1helpers.PodPriority(a.Pods[0])) - int64(corev1helpers.PodPriority(b.Pods[0])),
		sum(a) - sum(b),
		int64(len(a.Pods) - len(b.Pods)),
		start(b) - start(a),
	} {
		if difference < 0 {
			return -1
		}
		if difference > 0 {
			return 1
		}
	}
	return 0
}

func assumed(pod *v1.Pod, node string) *v1.Pod {
	copied := pod.DeepCopy()
	copied.Spec.NodeName = node
	return copied
}

func podKey(pod *v1.Pod) string { return pod.Namespace + "/" + pod.Name }
