/**
 * What is said on a pod that its gates keep out of the queue; the condition's reason is `SchedulingGated`.
 * Source: pkg/registry/core/pod/strategy.go `applySchedulingGatedCondition`.
 */
export const schedulingGatesMessage = 'Scheduling is blocked due to non-empty scheduling gates'
